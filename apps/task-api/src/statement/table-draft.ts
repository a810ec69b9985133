import type { DeliveryColumn } from '@lakeferry/contracts';
import type { ExternalTable } from './external-table.js';
import { partitionLayout, type PartitionColumn, type PartitionLayout } from './partition-layout.js';
import { shown } from './quoting.js';
import { sqlType, sqlTypeNote, type TypedEngine } from './sql-type.js';

export interface DraftColumn {
  readonly name: string;
  readonly type: string;
  readonly column: DeliveryColumn;
}

/** What a statement says, before it is put into the words of an engine. */
export interface TableDraft {
  /** A name that every engine takes without quotes too. */
  readonly name: string;
  readonly columns: readonly DraftColumn[];
  /** Partition columns that the engine can find by itself in the names of folders. */
  readonly partitions: readonly PartitionColumn[];
  readonly layout: PartitionLayout;
  /** What a reader of the table has to know, one sentence each. */
  readonly notes: readonly string[];
}

export interface DraftRules {
  readonly engine: TypedEngine;
  /** Column names that the engine can't have, and why. */
  readonly nameProblem: (name: string) => string | null;
  /** Whether names that differ in case only are one name to the engine. */
  readonly foldsCase: boolean;
  /** Partition columns that the statement takes out of the prefix; the discoverable ones by default. */
  readonly partitions?: readonly PartitionColumn[];
}

/** Pure. */
export function draftTable({ taskName, config }: ExternalTable, rules: DraftRules): TableDraft {
  const layout = partitionLayout(config.ossPrefix);
  const partitions = rules.partitions ?? (layout.isDiscoverable ? layout.columns : []);
  const taken = new Map<string, string>();
  const keyOf = (name: string) => (rules.foldsCase ? name.toLowerCase() : name);
  for (const { name } of partitions) taken.set(keyOf(name), 'a folder of the prefix has its name');
  const columns: DraftColumn[] = [];
  const notes: string[] = [];
  for (const column of config.schema) {
    const name = column.ossColumnName;
    const type = sqlType(rules.engine, column);
    const problem =
      rules.nameProblem(name) ??
      taken.get(keyOf(name)) ??
      (type === null ? `the engine can't read ${typeName(column)}` : null);
    if (problem !== null || type === null) {
      notes.push(`Column ${shown(name)} is left out: ${problem}.`);
      continue;
    }
    taken.set(keyOf(name), 'a column before it differs in case only');
    const meaning = sqlTypeNote(rules.engine, column);
    if (meaning !== null) notes.push(`Column ${shown(name)} holds ${meaning}.`);
    columns.push({ name, type, column });
  }
  const partitionNotes = partitions.length > 0 ? [] : noPartitions(layout);
  return {
    name: tableNameOf(taskName),
    ...{ columns, partitions, layout },
    notes: [...partitionNotes, ...hiddenFolders(layout), ...notes],
  };
}

/** The notes as comments, one line each. */
export function comments(notes: readonly string[]): string {
  return notes.map((note) => `-- ${note}`).join('\n');
}

/** What stands in place of a statement when the engine can't read a single column. */
export function nothingToRead({ notes }: TableDraft): string {
  return comments([...notes, 'No column is left: there is no table to create.']);
}

/** A name that every engine takes without quotes too. */
export function tableNameOf(taskName: string): string {
  const name = taskName.replaceAll('-', '_');
  return /^[0-9]/.test(name) ? `t_${name}` : name;
}

/** Whether the objects lie in folders below the location that are no partitions. */
export function hasPlainFolders({ layout, partitions }: TableDraft): boolean {
  return layout.folders.length > 0 && partitions.length === 0;
}

function typeName({ type, elements = [] }: DeliveryColumn): string {
  const inner = elements.map((element) => element.type).join(', ');
  return inner === '' ? type : `${type} of ${inner}`;
}

/** The honest note where folders do not tell partitions. */
export function noPartitions({ columns, folders }: PartitionLayout): string[] {
  if (folders.length === 0) {
    return [
      'The prefix has no time variable: the table has no partitions, every query reads all objects.',
    ];
  }
  const why = columns.length === 0 ? 'No folder' : 'Not every folder behind the first variable';
  return [
    `${why} is of the form name=value once: engines can't find partitions here.`,
    'The table reads all folders below its location, and every query reads all objects.',
  ];
}

function hiddenFolders({ folders }: PartitionLayout): string[] {
  const hidden = folders.filter((folder) => /^[._]/.test(folder));
  if (hidden.length === 0) return [];
  return [
    `Engines of the Hadoop family skip folders that begin with . or _, like ${shown(hidden[0] ?? '')}.`,
  ];
}
