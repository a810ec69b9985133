import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ServiceName } from '@lakeferry/stack';
import type { SpecOf } from '../plan/round-plan.js';
import { clockFileOf } from '../system/clock-file.js';
import type { RunningRound } from './running-round.js';
import { last } from './service-faults.js';

/** The clock of all processes of a service jumps, and jumps back when it is mended. */
export async function setClockWrong(
  round: RunningRound,
  fault: SpecOf<'clock-wrong'>,
): Promise<void> {
  setClock(fault.service, fault.byMs);
  await last(fault.forMs, round.signal);
  setClock(fault.service, 0);
}

/** Whoever reads it meanwhile finds either the old offset or the new one. */
function setClock(service: ServiceName, byMs: number): void {
  const file = clockFileOf(service);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, String(byMs));
  renameSync(`${file}.new`, file);
}
