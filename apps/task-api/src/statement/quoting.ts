/** An identifier of Hive and Spark. */
export function backquoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** An identifier of standard SQL. */
export function doubleQuoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string constant of standard SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A string constant where backslashes escape: Hive and what speaks its dialect, ClickHouse, Snowflake. */
export function backslashText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** A name within a comment, which it can't end. */
export function shown(name: string): string {
  return JSON.stringify(name);
}

/** Joins the lines and clauses that are there. */
export function lines(...parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false && part !== '').join('\n');
}
