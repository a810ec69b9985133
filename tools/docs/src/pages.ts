import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { OptionTable } from '@lakeferry/config';
import { configurationPage } from './configuration-page.js';
import { errorsPage } from './errors-page.js';
import { typesPage } from './types-page.js';

const CHECKOUT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const SERVICES = ['task-api', 'changefeed', 'encoder', 'writer'] as const;

/** The generated pages by path, as they ought to be; the services must be built. */
export async function generatedPages(): Promise<Map<string, string>> {
  const policy = readFileSync(join(CHECKOUT, 'libs', 'errors', 'src', 'error-policy.ts'), 'utf8');
  const tables = new Map<string, OptionTable>();
  for (const service of SERVICES) tables.set(service, await optionsOf(service));
  return new Map([
    [join(CHECKOUT, 'docs', 'errors.md'), errorsPage(policy)],
    [join(CHECKOUT, 'docs', 'configuration.md'), configurationPage(tables)],
    [join(CHECKOUT, 'docs', 'types.md'), typesPage()],
  ]);
}

async function optionsOf(service: string): Promise<OptionTable> {
  const file = join(CHECKOUT, 'apps', service, 'dist', 'config.js');
  if (!existsSync(file)) throw new Error(`${service} is not built: run npm run build`);
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const table = Object.entries(module).find(([name]) => name.endsWith('Options'))?.[1];
  if (table === undefined) throw new Error(`${service}'s config.ts exports no options table`);
  return table as OptionTable;
}
