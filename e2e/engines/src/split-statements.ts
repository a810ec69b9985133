/** The statements of a text, without the comments between them; each ends with a semicolon at the end of a line. Pure. */
export function splitStatements(text: string): string[] {
  return text
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.replace(/^(?:\s*--[^\n]*\n)*/, '').trim())
    .filter((statement) => statement !== '' && !/^--[^\n]*$/.test(statement));
}

/** Columns that the comments of a statement say are left out. Pure. */
export function leftOutColumns(text: string): string[] {
  const notes = [...text.matchAll(/^-- Column ("(?:[^"\\]|\\.)*") is left out/gm)];
  return notes.map(([, name]) => String(JSON.parse(name ?? '""')));
}
