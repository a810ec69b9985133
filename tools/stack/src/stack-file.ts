import { renameSync, writeFileSync } from 'node:fs';
import { DATABASES, type Stack } from './stack.js';
import type { Services } from './services.js';

/** Where everything of a running stack is, for other programs and tests. */
export interface StackFile {
  readonly source: { readonly name: string; readonly url: string };
  readonly control: { readonly url: string };
  readonly kafka: { readonly brokers: readonly string[]; readonly jars: string };
  readonly s3: Stack['s3'];
  readonly rest: { readonly url: string; readonly token: string | null };
  readonly grpc: { readonly address: string };
  readonly pids: Readonly<Record<string, number | null>>;
}

/** Writes the file whole or not at all, readable by its owner only. */
export function writeStackFile(file: string, stack: Stack, services: Services | null): StackFile {
  const processes = {
    ...stack.servers,
    ...Object.fromEntries(services?.running ?? []),
  };
  const content: StackFile = {
    source: { name: 'local', url: stack.postgres.url(DATABASES.source) },
    control: { url: stack.postgres.url(DATABASES.control) },
    kafka: { brokers: stack.brokers, jars: stack.jars.kafka },
    s3: stack.s3,
    rest: { url: services?.restUrl ?? '', token: null },
    grpc: { address: services?.grpcAddress ?? '' },
    pids: Object.fromEntries(
      Object.entries(processes).map(([name, server]) => [name, server.pid ?? null]),
    ),
  };
  const partial = `${file}.partial`;
  writeFileSync(partial, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(partial, file);
  return content;
}
