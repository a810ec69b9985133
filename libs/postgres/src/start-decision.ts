import { formatLsn, type Lsn } from './lsn.js';
import type { SlotState, SystemIdentity } from './slot.js';

/** How far a source was delivered, with everything that gives the number its meaning. */
export interface StreamPosition extends SystemIdentity {
  readonly lsn: Lsn;
  readonly slotName: string;
}

export type StartDecision =
  | { readonly kind: 'start'; readonly from: Lsn }
  /** Nothing was ever delivered and there is no slot: make one and begin there. */
  | { readonly kind: 'create' }
  | { readonly kind: 'halt'; readonly code: HaltCode; readonly message: string };

type HaltCode =
  'SOURCE_IDENTITY_CHANGED' | 'SOURCE_SLOT_MISSING' | 'SOURCE_SLOT_LOST' | 'SOURCE_SLOT_AHEAD';

/**
 * Whether a source may be streamed on from its position. Anything that could mean missed changes is a
 * halt: another system, a restored dump, a failover to a server without the slot, a slot that was lost
 * or moved by somebody else.
 */
export function decideStart(facts: {
  readonly position: StreamPosition | null;
  readonly slot: SlotState | null;
  readonly identity: SystemIdentity;
}): StartDecision {
  const { position, slot, identity } = facts;
  const changed = position === null ? null : identityChange(position, identity);
  if (changed !== null) return halt('SOURCE_IDENTITY_CHANGED', changed);
  if (slot === null) {
    if (position === null) return { kind: 'create' };
    return halt('SOURCE_SLOT_MISSING', `the replication slot ${position.slotName} is gone`);
  }
  if (slot.plugin !== 'pgoutput' || slot.database !== identity.database || slot.temporary) {
    return halt('SOURCE_SLOT_MISSING', 'a slot of that name belongs to something else');
  }
  if (isLost(slot)) {
    const why = slot.invalidationReason ?? 'its log was removed';
    return halt('SOURCE_SLOT_LOST', `the replication slot was given up by the server: ${why}`);
  }
  const confirmed = slot.confirmedFlushLsn;
  if (confirmed === null) return halt('SOURCE_SLOT_LOST', 'the replication slot has no position');
  if (position === null) return { kind: 'start', from: confirmed };
  if (confirmed > position.lsn) {
    return halt(
      'SOURCE_SLOT_AHEAD',
      `the replication slot stands at ${formatLsn(confirmed)}, beyond ${formatLsn(position.lsn)} which was delivered`,
    );
  }
  return { kind: 'start', from: position.lsn };
}

function identityChange(position: StreamPosition, identity: SystemIdentity): string | null {
  if (position.systemId !== identity.systemId) return 'the source is another database system';
  if (position.timeline !== identity.timeline) {
    return `the source is on timeline ${identity.timeline}, it was on ${position.timeline}`;
  }
  if (position.database !== identity.database) return 'the source is another database';
  return null;
}

function isLost(slot: SlotState): boolean {
  return slot.walStatus === 'lost' || slot.invalidationReason !== null || slot.restartLsn === null;
}

function halt(code: HaltCode, message: string): StartDecision {
  return { kind: 'halt', code, message };
}
