import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface StartOptions {
  readonly help: boolean;
  readonly dataDir: string;
}

export const START_HELP = `npm start [-- --data DIR]

Starts PostgreSQL, Kafka, an S3 store and the four services, says where they are, and keeps them until
Ctrl-C. The next start goes on where this one stopped.

  --data DIR   keep data, logs and passwords in DIR instead of .lakeferry/data
`;

/** @throws TypeError for an argument that means nothing here */
export function parseStartArguments(
  args: readonly string[],
  defaults: { readonly dataDir: string; readonly cwd: string },
): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { data: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  return {
    help: values.help === true,
    dataDir: values.data === undefined ? defaults.dataDir : resolve(defaults.cwd, values.data),
  };
}
