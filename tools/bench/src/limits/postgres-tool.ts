import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Programs of PostgreSQL's client package that measure what the server alone can give. */
export type PostgresTool = 'psql' | 'pg_recvlogical';

/**
 * Runs a program of the client package with its output thrown away.
 *
 * @throws Error when it is not installed or fails, with what it said
 */
export async function runPostgresTool(tool: PostgresTool, args: readonly string[]): Promise<void> {
  const child = spawn(tool, [...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const [code] = (await once(child, 'close').catch((error: unknown) => {
    throw new Error(`${tool} can't be run; install PostgreSQL's client programs`, { cause: error });
  })) as [number | null];
  if (code === 0) return;
  throw new Error(`${tool} ended with ${code}: ${Buffer.concat(said).toString().trim()}`);
}
