import type { FaultKind, FaultSpec, SpecOf } from '../plan/round-plan.js';
import {
  deleteRecords,
  fillBrokerDisk,
  freezeBroker,
  killBroker,
  orphanTransactions,
  restartBroker,
} from './broker-faults.js';
import { holdTransaction } from './long-transaction.js';
import {
  cutConnections,
  killPostgres,
  loseSlot,
  restartPostgres,
  rewriteTable,
} from './postgres-faults.js';
import type { RunningRound } from './running-round.js';
import { setClockWrong } from './clock-faults.js';
import { strikeAtFailpoint } from './failpoint-faults.js';
import { freeze, join, kill, restart } from './service-faults.js';
import { disturbStore, recreateBucket, revokeKey, takeStoreDown } from './store-faults.js';
import { createNeighbour, pauseTask, recreateTask } from './task-faults.js';

/** Breaks something and mends it; resolves when the system can recover, or when nothing came to be broken. */
type Inject<K extends FaultKind> = (
  round: RunningRound,
  fault: SpecOf<K>,
) => Promise<void | 'missed'>;

/** Every kind of fault and what does it. */
const FAULTS: { readonly [K in FaultKind]: Inject<K> } = {
  kill,
  freeze,
  restart,
  join,
  failpoint: strikeAtFailpoint,
  'store-disturbed': disturbStore,
  'store-down': takeStoreDown,
  'key-revoked': revokeKey,
  'bucket-recreated': recreateBucket,
  'neighbour-created': createNeighbour,
  'task-recreated': recreateTask,
  paused: pauseTask,
  'clock-wrong': setClockWrong,
  'broker-kill': killBroker,
  'broker-restart': restartBroker,
  'broker-freeze': freezeBroker,
  'broker-disk-full': fillBrokerDisk,
  'transactions-orphaned': orphanTransactions,
  'records-deleted': deleteRecords,
  'postgres-kill': killPostgres,
  'postgres-restart': restartPostgres,
  'connections-cut': cutConnections,
  'slot-lost': loseSlot,
  'table-rewritten': rewriteTable,
  'long-transaction': holdTransaction,
};

/** @returns whether the fault took place */
export async function inject(round: RunningRound, fault: FaultSpec): Promise<boolean> {
  const does = FAULTS[fault.kind] as Inject<FaultKind>;
  return (await does(round, fault)) !== 'missed';
}
