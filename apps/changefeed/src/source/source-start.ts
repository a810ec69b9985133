import { parseLsn, type SourcePosition } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import {
  decideStart,
  ensurePublication,
  ensureSlot,
  lsnOf,
  readSlot,
  readSystemIdentity,
  terminatePredecessor,
  type Lsn,
  type PgSession,
} from '@lakeferry/postgres';
import type { StreamOrigin } from '../stream/stream-publisher.js';

const PREDECESSOR_TIME_LIMIT_MS = 20_000;

/** Names that an installation uses on a source. */
export interface SourceNames {
  readonly slot: string;
  readonly publication: string;
}

/** Slot names take lower-case letters, digits and underscores only. Pure. */
export function sourceNames(installation: string, source: string): SourceNames {
  const name = `${installation}_${source.replaceAll('-', '_')}`;
  return { slot: name, publication: name };
}

export interface SourceStart {
  readonly origin: StreamOrigin;
  readonly from: Lsn;
}

/**
 * Makes sure that publication and slot are there and that the stream can go on where it stopped
 * (rule 9), and ends a predecessor's connection that still holds the slot.
 *
 * @throws DeliveryError with policy `halt` when changes may have been missed
 */
export async function prepareStart(
  session: PgSession,
  names: SourceNames,
  position: SourcePosition | null,
): Promise<SourceStart> {
  const identity = await readSystemIdentity(session);
  const origin: StreamOrigin = {
    systemIdentifier: identity.systemId,
    timeline: identity.timeline,
    database: identity.database,
    slot: names.slot,
  };
  const decision = decideStart({
    position: position === null ? null : toStreamPosition(position),
    slot: await readSlot(session, names.slot),
    identity,
  });
  await ensurePublication(session, names.publication);
  switch (decision.kind) {
    case 'halt':
      throw new DeliveryError(decision.code, decision.message, { context: { slot: names.slot } });
    case 'start':
      await terminatePredecessor(session, {
        slotName: names.slot,
        timeLimitMs: PREDECESSOR_TIME_LIMIT_MS,
      });
      return { origin, from: decision.from };
    case 'create':
      return { origin, from: await createSlot(session, names.slot) };
  }
}

async function createSlot(session: PgSession, slotName: string): Promise<Lsn> {
  const { consistentPoint } = await ensureSlot(session, { slotName });
  if (consistentPoint !== null) return consistentPoint;
  const slot = await readSlot(session, slotName);
  if (slot?.confirmedFlushLsn == null) {
    throw new DeliveryError('SOURCE_SLOT_MISSING', 'the new slot has no position');
  }
  return slot.confirmedFlushLsn;
}

function toStreamPosition(position: SourcePosition) {
  return {
    lsn: lsnOf(parseLsn(position.lsn)),
    systemId: position.systemIdentifier,
    timeline: position.timeline,
    database: position.database,
    slotName: position.slot,
  };
}
