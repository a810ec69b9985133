import type { OptionTable } from '@lakeferry/config';
import { markdownTable } from './markdown-table.js';

const INTRODUCTION = `# Configuration

Services are configured by environment variables, read once at their start. A service that finds an
unusable setting names all of them and exits with status 78. An empty variable counts as absent.
`;

/** docs/configuration.md. Pure. */
export function configurationPage(services: ReadonlyMap<string, OptionTable>): string {
  const sections = [...services].map(([service, table]) => {
    const rows = Object.values(table).map(({ env, schema, doc }) => [
      `\`${env}\``,
      defaultOf(schema),
      doc,
    ]);
    return `\n## ${service}\n\n${markdownTable(['variable', 'default', 'meaning'], rows)}\n`;
  });
  return `${INTRODUCTION}${sections.join('')}`;
}

function defaultOf(schema: OptionTable[string]['schema']): string {
  const absent = schema.safeParse(undefined);
  if (!absent.success) return 'required';
  const value: unknown = absent.data;
  if (value === undefined) return 'none';
  if (Array.isArray(value) && value.length === 0) return 'none';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
