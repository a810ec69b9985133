import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FailpointHit } from '@lakeferry/runtime/testing';
import type { SpecOf } from '../plan/round-plan.js';
import type { RunningRound } from './running-round.js';
import { last } from './service-faults.js';

const LOOK_EVERY_MS = 50;

/** Strikes whichever process of a service reaches a named point first; nobody may reach it in time. */
export async function strikeAtFailpoint(
  round: RunningRound,
  fault: SpecOf<'failpoint'>,
): Promise<void> {
  const file = join(round.system.failpoints(fault.service), fault.point);
  writeFileSync(file, fault.order);
  const pid = await untilHit(`${file}.hit`, fault.forMs, round.signal);
  rmSync(file, { force: true });
  rmSync(`${file}.hit`, { force: true });
  if (pid === null) {
    round.note(`${fault.point} of ${fault.service} was not reached`);
    return;
  }
  if (fault.order.startsWith('kill')) round.system.expectEnd();
  if (!fault.order.startsWith('stop')) return;
  await last(fault.stoppedMs, round.signal);
  process.kill(pid, 'SIGCONT');
}

/** The pid of the process that was struck; null when nobody was. */
async function untilHit(file: string, forMs: number, signal: AbortSignal): Promise<number | null> {
  const deadline = performance.now() + forMs;
  while (performance.now() < deadline && !signal.aborted) {
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as FailpointHit).pid;
    await sleep(LOOK_EVERY_MS);
  }
  return null;
}
