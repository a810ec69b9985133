import { formatLsn, type IdentityJson, type LaneCheckpoint } from '@lakeferry/contracts';
import type { OpenFileStats } from '@lakeferry/parquet';
import { afterCheckpoint, decideCheckpoint } from '../lane/decide-checkpoint.js';
import { decideMark } from '../lane/decide-mark.js';
import { compareIdentity } from '../lane/identity-order.js';
import {
  advance,
  afterAppend,
  afterSeal,
  newLane,
  recoverLane,
  type LaneState,
} from '../lane/lane-state.js';
import { rememberWatermark } from '../lane/watermarks.js';

/** A mutation of the model; `prefix` null is a delete, which writes no row. */
export interface ModelMutation {
  readonly commit: number;
  readonly index: number;
  readonly prefix: string | null;
}

export type ModelRecord =
  | { readonly kind: 'mutations'; readonly mutations: readonly ModelMutation[] }
  | { readonly kind: 'watermark'; readonly commit: number };

interface ModelFile extends OpenFileStats {
  readonly ids: string[];
}

/** What was committed together. */
export interface ModelCommit {
  readonly files: readonly { readonly prefix: string; readonly ids: readonly string[] }[];
  readonly checkpoint: LaneCheckpoint;
}

export const idOf = ({ commit, index }: ModelMutation) => `${commit}.${index}`;

function identityOf({ commit, index }: ModelMutation): IdentityJson {
  return [formatLsn(BigInt(commit)), formatLsn(BigInt(commit)), index];
}

/**
 * A lane over a log in memory. It keeps rows as the encoder thread does: skipping by `before` and by
 * the sealed prefixes of its recovery; decisions about checkpoints and marks are those of the lane.
 */
export class LaneModel {
  readonly commits: ModelCommit[] = [];
  private state: LaneState = newLane('rows', 1);
  private open = new Map<string, ModelFile>();
  private recovery: { before: IdentityJson | null; sealed: ReadonlyMap<string, IdentityJson> } = {
    before: null,
    sealed: new Map(),
  };
  /** The last mutation read, that of the recovery at first. */
  private last: IdentityJson | null = null;

  constructor(private readonly log: readonly ModelRecord[]) {}

  get isAtEnd(): boolean {
    return Number(this.state.position) >= this.log.length;
  }

  get prefixes(): readonly string[] {
    return [...this.state.files.keys()];
  }

  /** Reads up to `records` more records, appended at once as one part where they are mutations. */
  read(records: number): void {
    for (let left = records; left > 0 && !this.isAtEnd; left--) {
      const offset = this.state.position;
      const record = this.log[Number(offset)];
      if (record?.kind === 'mutations') this.append(offset, record.mutations);
      else if (record?.kind === 'watermark') this.watermark(offset, record.commit);
    }
  }

  /** Seals these files and commits; a crash before the commit leaves nothing of it. */
  sealAndCommit(prefixes: readonly string[], crashes: 'no' | 'before' | 'after' = 'no'): void {
    const files = prefixes.flatMap((prefix) => {
      const file = this.open.get(prefix);
      if (file === undefined) return [];
      this.open.delete(prefix);
      this.state = afterSeal(this.state, { prefix, last: file.last, bytes: 1 });
      return [{ prefix, ids: file.ids }];
    });
    const mark = decideMark(this.state) ?? this.state.mark;
    const checkpoint = decideCheckpoint(this.state, mark);
    if (crashes !== 'before') this.commits.push({ files, checkpoint });
    this.state = afterCheckpoint(this.state, checkpoint);
    if (crashes !== 'no') this.crash();
  }

  /** Everything in memory is gone; a successor goes on from the last commit. */
  crash(): void {
    const wire = this.commits.at(-1)?.checkpoint;
    // Through its text, as it travels.
    const checkpoint = wire && (JSON.parse(JSON.stringify(wire)) as LaneCheckpoint);
    this.state = checkpoint === undefined ? newLane('rows', 1) : recoverLane(checkpoint);
    this.open = new Map();
    this.recovery = { before: this.state.last, sealed: new Map(this.state.sealedThrough) };
    this.last = this.state.last;
  }

  private append(offset: bigint, mutations: readonly ModelMutation[]): void {
    const beforeRecord = this.last;
    for (const mutation of mutations) {
      const identity = identityOf(mutation);
      const { before, sealed } = this.recovery;
      if (before !== null && compareIdentity(identity, before) <= 0) continue;
      this.last = identity;
      if (mutation.prefix === null) continue;
      const through = sealed.get(mutation.prefix);
      if (through !== undefined && compareIdentity(identity, through) <= 0) continue;
      this.take(mutation.prefix, identity, idOf(mutation), { offset, before: beforeRecord });
    }
    const files = [...this.open.values()];
    const appended = { position: offset + 1n, last: this.last, files };
    this.state = afterAppend(this.state, appended, { nowMs: 0, newFileId: () => 'file' });
  }

  private take(
    prefix: string,
    identity: IdentityJson,
    id: string,
    record: { offset: bigint; before: IdentityJson | null },
  ): void {
    const file = this.open.get(prefix);
    if (file !== undefined) {
      file.ids.push(id);
      this.open.set(prefix, { ...file, last: identity });
      return;
    }
    this.open.set(prefix, {
      prefix,
      ids: [id],
      rows: 1,
      rawBytes: 1,
      encodedBytes: 0,
      memoryBytes: 1,
      dirty: 0,
      first: identity,
      last: identity,
      firstOffset: record.offset,
      before: record.before,
    });
  }

  private watermark(offset: bigint, commit: number): void {
    const seen = { offset, lsn: formatLsn(BigInt(commit)), at: '2026-11-20T10:00:00Z' };
    const watermarks = rememberWatermark(this.state.watermarks, seen);
    this.state = advance({ ...this.state, watermarks }, offset + 1n);
  }
}
