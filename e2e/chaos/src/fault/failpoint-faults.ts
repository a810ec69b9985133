import { setTimeout as sleep } from 'node:timers/promises';
import type { SpecOf } from '../plan/round-plan.js';
import type { RunningRound } from './running-round.js';
import { last } from './service-faults.js';

const LOOK_EVERY_MS = 50;
/** An order that is gone is being obeyed: who does tells it at once. */
const TOLD_MS_MAX = 2_000;

/** Strikes whichever process of a service reaches a named point first; missed when nobody does in time. */
export async function strikeAtFailpoint(
  round: RunningRound,
  fault: SpecOf<'failpoint'>,
): Promise<'missed' | undefined> {
  const orders = round.system.failpoints(fault.service);
  orders.arm(fault.point, fault.order);
  const wasHit = () => orders.hit(fault.point)?.pid;
  let pid = await until(wasHit, fault.forMs, round.signal);
  // Somebody may get there behind the last look: whoever stops must be continued.
  if (pid === undefined && !orders.disarm(fault.point)) pid = await until(wasHit, TOLD_MS_MAX);
  if (pid === undefined) {
    round.note(`${fault.point} of ${fault.service} was not reached`);
    return 'missed';
  }
  if (fault.order.startsWith('kill')) round.system.expectEnd();
  if (!fault.order.startsWith('stop')) return undefined;
  await last(fault.stoppedMs, round.signal);
  process.kill(pid, 'SIGCONT');
  return undefined;
}

async function until<T>(
  look: () => T | undefined,
  forMs: number,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const deadline = performance.now() + forMs;
  while (performance.now() < deadline && signal?.aborted !== true) {
    const found = look();
    if (found !== undefined) return found;
    await sleep(LOOK_EVERY_MS);
  }
  return undefined;
}
