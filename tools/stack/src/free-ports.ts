import { createServer } from 'node:net';
import { StackError } from './stack-error.js';

/** Below the range from which systems give ports to outgoing connections: nothing takes one by chance. */
const PORT_MIN = 20_000;
const PORT_MAX = 32_000;
const ATTEMPTS_MAX = 200;

export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}

/** A port for each name: the wanted one where it is free, else any free one; all different. */
export async function choosePorts<Name extends string>(
  names: readonly Name[],
  wanted: Partial<Record<Name, number>>,
): Promise<Record<Name, number>> {
  const chosen: Partial<Record<Name, number>> = {};
  const taken = new Set<number>();
  for (const name of names) {
    const kept = wanted[name];
    const port =
      kept !== undefined && !taken.has(kept) && (await isPortFree(kept))
        ? kept
        : await anyFreePort(taken);
    chosen[name] = port;
    taken.add(port);
  }
  return chosen as Record<Name, number>;
}

async function anyFreePort(taken: ReadonlySet<number>): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const port = PORT_MIN + Math.floor(Math.random() * (PORT_MAX - PORT_MIN));
    if (!taken.has(port) && (await isPortFree(port))) return port;
  }
  throw new StackError(`no free port between ${PORT_MIN} and ${PORT_MAX}: stop what uses them.`);
}
