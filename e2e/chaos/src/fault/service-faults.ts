import { setTimeout as sleep } from 'node:timers/promises';
import type { InstanceName, SpecOf } from '../plan/round-plan.js';
import type { KeptProcess } from '../system/kept-process.js';
import type { RunningRound } from './running-round.js';

/** Waits out a fault; a round that is given up ends it early. */
export async function last(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

export function processOf(round: RunningRound, { service, instance }: InstanceName): KeptProcess {
  const found = round.system.processes(service)[instance];
  if (found === undefined) throw new Error(`there is no ${service}/${instance + 1}`);
  return found;
}

/** One that is down already is missed; it stays down all the same. */
export async function kill(
  round: RunningRound,
  fault: SpecOf<'kill'>,
): Promise<'missed' | undefined> {
  const struck = processOf(round, fault);
  const { isUp } = struck;
  await struck.strikeDown();
  await last(fault.downMs, round.signal);
  struck.revive();
  return isUp ? undefined : 'missed';
}

export async function freeze(
  round: RunningRound,
  fault: SpecOf<'freeze'>,
): Promise<'missed' | undefined> {
  const { server } = processOf(round, fault);
  if (server.pid === undefined) return 'missed';
  server.signal('SIGSTOP');
  try {
    await last(fault.forMs, round.signal);
  } finally {
    server.signal('SIGCONT');
  }
  return undefined;
}

export async function restart(round: RunningRound, fault: SpecOf<'restart'>): Promise<void> {
  const process = processOf(round, fault);
  await process.shutDown();
  process.revive();
}

export async function join(round: RunningRound, fault: SpecOf<'join'>): Promise<void> {
  const guest = await round.system.join(fault.service);
  await last(fault.forMs, round.signal);
  await guest.stop();
}
