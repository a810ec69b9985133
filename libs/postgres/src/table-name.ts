import { invalidArgument } from '@lakeferry/errors';

/** A table's name with its schema, each as stored in the catalog. */
export interface TableName {
  readonly schema: string;
  readonly name: string;
}

const NAME_BYTES_MAX = 63;

/** Words of SQL that a table or schema may be called only in quotes. */
const RESERVED = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate ' +
    'collation column concurrently constraint create cross current_catalog current_date current_role ' +
    'current_schema current_time current_timestamp current_user default deferrable desc distinct do else end ' +
    'except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into ' +
    'is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on ' +
    'only or order outer overlaps placing primary references returning right select session_user similar some ' +
    'symmetric system_user table tablesample then to trailing true union unique user using variadic verbose when ' +
    'where window with between bigint bit boolean char character coalesce dec decimal exists extract float ' +
    'greatest grouping inout int integer interval json json_array json_arrayagg json_exists json_object ' +
    'json_objectagg json_query json_scalar json_serialize json_table json_value least merge_action national nchar ' +
    'none normalize nullif numeric out overlay position precision real row setof smallint substring time ' +
    'timestamp treat trim values varchar xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces ' +
    'xmlparse xmlpi xmlroot xmlserialize xmltable'
  ).split(' '),
);

/** An identifier in quotes, for building statements. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string constant that is right whatever `standard_conforming_strings` says. */
export function quoteLiteral(value: string): string {
  const quoted = value.replaceAll("'", "''");
  return quoted.includes('\\') ? ` E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

/** `"schema"."table"`, for building statements. */
export function quoteTable(table: TableName): string {
  return `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`;
}

/** The name as one writes it in SQL, always with its schema, quoted only where SQL asks for it. */
export function formatTableName(table: TableName): string {
  return `${formatPart(table.schema)}.${formatPart(table.name)}`;
}

function formatPart(part: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(part) && !RESERVED.has(part) ? part : quoteIdentifier(part);
}

/**
 * Reads a name written as in SQL: `orders`, `public.orders`, `"Odd Schema"."t""1"`. The schema is
 * `public` by default; ASCII letters outside quotes fold to lower case.
 */
export function parseTableName(text: string): TableName {
  // Half a character is no UTF-8: no table has it in its name, and no server can be asked for it.
  if (!text.isWellFormed()) throw badName(text);
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const part = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at);
    if (part === null) throw badName(text);
    parts.push(part.name);
    at = part.end;
    if (at === text.length) break;
    if (text[at] !== '.') throw badName(text);
    at += 1;
  }
  const [first, second] = parts;
  if (first === undefined || parts.length > 2) throw badName(text);
  return second === undefined ? { schema: 'public', name: first } : { schema: first, name: second };
}

interface NamePart {
  readonly name: string;
  readonly end: number;
}

function readPlain(text: string, at: number): NamePart | null {
  const match = /^[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/.exec(text.slice(at));
  if (match === null) return null;
  const name = match[0].replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return isNameLength(name) ? { name, end: at + match[0].length } : null;
}

function readQuoted(text: string, at: number): NamePart | null {
  const match = /^"((?:[^"\0]|"")+)"/.exec(text.slice(at));
  if (match === null) return null;
  const name = (match[1] ?? '').replaceAll('""', '"');
  return isNameLength(name) ? { name, end: at + match[0].length } : null;
}

function isNameLength(name: string): boolean {
  return Buffer.byteLength(name) <= NAME_BYTES_MAX;
}

function badName(text: string) {
  return invalidArgument([
    {
      field: 'tableName',
      problem: `${JSON.stringify(text.slice(0, 200))} is not a table name`,
      remedy: 'Write it as in SQL: orders, public.orders or "Odd Schema"."Odd table".',
    },
  ]);
}
