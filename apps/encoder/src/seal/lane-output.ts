import type { FileMark, FileSeal, SealReason, TaskTopics } from '@lakeferry/contracts';
import type { InputPosition, Lane } from '@lakeferry/kafka';
import { metrics } from '@lakeferry/observability';
import type { DirtyField, EncoderThread, SealedFile } from '@lakeferry/parquet';
import { must, type Clock } from '@lakeferry/runtime';
import { failpoint } from '@lakeferry/runtime/failpoint';
import { afterCheckpoint, decideCheckpoint } from '../lane/decide-checkpoint.js';
import { decideMark } from '../lane/decide-mark.js';
import type { DueSeal } from '../lane/decide-rotation.js';
import { afterSeal, type LaneState } from '../lane/lane-state.js';
import type { PlanBoard } from '../task/plan-board.js';
import { dirtyFile } from './dirty-file.js';
import { DirtyNotes } from './dirty-notes.js';
import { laneMessages, type FinishedFile } from './lane-messages.js';

export interface LaneOutputOptions {
  readonly lane: Lane;
  /** Name of the lane at its thread. */
  readonly laneKey: string;
  readonly thread: EncoderThread;
  readonly topics: TaskTopics;
  readonly taskName: string;
  readonly planBoard: Pick<PlanBoard, 'dirtyPrefix'>;
  readonly clock: Clock;
  /** A commit that nobody waits for has failed; the lane's life is over. */
  readonly onFailed: (error: unknown) => void;
}

/** What a step does beyond sealing. */
export interface StepOptions {
  /** Says in a mark that the base of the lane is whole, though no watermark tells so. */
  readonly announcesBase?: boolean;
  /** Applied once all files are sealed, before the checkpoint is decided. */
  readonly then?: (state: LaneState) => LaneState;
}

/** Bytes of files in one transaction: it is over long before any timeout. */
const STEP_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Seals files and commits them with the checkpoint that they make true. One commit may be under way
 * while the lane goes on: the state runs ahead of what is durable, and a commit that fails ends the
 * life of the lane and with it the state.
 */
export class LaneOutput {
  /** Where a successor would read, as last committed; null before the first commit of this life. */
  committed: InputPosition | null = null;
  startedAtMs = 0;
  private readonly dirty = new DirtyNotes();
  private underWay: Promise<void> = Promise.resolve();

  constructor(private readonly options: LaneOutputOptions) {}

  noteDirty(fields: readonly DirtyField[]): void {
    this.dirty.add(fields);
  }

  /** Seals these files, some per transaction, the last of which has the checkpoint of `then`. */
  async step(state: LaneState, due: readonly DueSeal[], options: StepOptions = {}) {
    let current = state;
    let files: FinishedFile[] = [];
    let bytes = 0;
    for (const [index, { prefix, reason }] of due.entries()) {
      const { thread, laneKey } = this.options;
      const sealed = await thread.seal({ lane: laneKey, prefix });
      const finished = this.finish(current, sealed, reason);
      files.push(...finished);
      current = afterSeal(current, sealed);
      await failpoint('encoder.between-files');
      bytes += finished.reduce((sum, { seal }) => sum + seal.bytes, 0);
      if (bytes < STEP_BYTES_MAX || index === due.length - 1) continue;
      current = await this.commit(current, files, false);
      files = [];
      bytes = 0;
    }
    if (options.then !== undefined) current = options.then(current);
    return this.commit(current, files, options.announcesBase === true);
  }

  /** Resolves when everything is durable. */
  async settled(): Promise<void> {
    await this.underWay;
  }

  /** The file, and behind it that of its dirty fields where the task wants them as objects. */
  private finish(state: LaneState, sealed: SealedFile, reason: SealReason): FinishedFile[] {
    const open = must(state.files.get(sealed.prefix), 'a sealed file was open');
    const seal: FileSeal = {
      v: 1,
      fileId: open.fileId,
      lane: this.options.lane.index,
      phase: state.posture === 'rows' ? 'rows' : 'base',
      content: 'parquet',
      prefix: sealed.prefix,
      rows: sealed.rows,
      bytes: sealed.bytes,
      sha256: sealed.sha256,
      chunks: sealed.chunks.length,
      first: sealed.first,
      last: sealed.last,
      reason,
      dirty: sealed.dirty,
      schemaVersion: state.schemaVersion,
    };
    const task = this.options.taskName;
    metrics.seals.inc({ task, reason });
    metrics.dirty.inc({ task }, sealed.dirty);
    metrics.bytes.inc({ stage: 'encoder', task }, sealed.bytes);
    const dirty = this.dirty.take({ ...sealed, fileId: open.fileId });
    const rows = { seal, chunks: sealed.chunks, dirty };
    const prefix = this.options.planBoard.dirtyPrefix(state.schemaVersion);
    return prefix === undefined || dirty.length === 0
      ? [rows]
      : [rows, dirtyFile(seal, dirty, prefix)];
  }

  private async commit(state: LaneState, files: readonly FinishedFile[], announcesBase: boolean) {
    const { lane, topics, clock, onFailed } = this.options;
    const newer = decideMark(state);
    const reached = newer ?? state.mark;
    const checkpoint = decideCheckpoint(state, reached);
    const mark: FileMark | null =
      newer === null && !announcesBase
        ? null
        : {
            v: 1,
            lane: lane.index,
            baseSealed: state.baseSealed,
            lsn: reached?.lsn ?? null,
            at: reached?.at ?? null,
            openings: [...state.openings],
          };
    const messages = laneMessages({ topics, lane: lane.index, files, mark, checkpoint });
    const topic = checkpoint.phase === 'base' ? topics.base : topics.rows;
    const consumed = { topic, offset: BigInt(checkpoint.next) };
    await failpoint('encoder.before-commit');
    await this.underWay;
    this.startedAtMs = clock.now();
    this.underWay = this.send(messages, consumed);
    this.underWay.catch(onFailed);
    return afterCheckpoint(state, checkpoint);
  }

  private async send(
    messages: ReturnType<typeof laneMessages>,
    consumed: InputPosition,
  ): Promise<void> {
    const { lane } = this.options;
    const stopTimer = metrics.commitSeconds.startTimer({ stage: 'encoder' });
    await lane.commit({ messages, consumed });
    stopTimer();
    this.committed = consumed;
    await failpoint('encoder.after-commit');
  }
}
