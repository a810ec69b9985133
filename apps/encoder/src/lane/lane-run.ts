import { randomUUID } from 'node:crypto';
import { parseLsn, type ControlRecord, type SealReason } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import type { InputPosition, LaneBatch } from '@lakeferry/kafka';
import { metrics } from '@lakeferry/observability';
import { SerialQueue } from '@lakeferry/runtime';
import { LaneOutput, type StepOptions } from '../seal/lane-output.js';
import { ChangeSignal } from '../task/change-signal.js';
import { decideSeals, type DueSeal, type RotationLimits } from './decide-rotation.js';
import { nextMarkAtMs, nextStepAtMs } from './decide-wake.js';
import { inputParts, type InputPart } from './input-records.js';
import type { LaneContext } from './lane-context.js';
import { advance, afterAppend, enterRows, type LaneState, type OpenFile } from './lane-state.js';
import type { MemoryHolder } from './memory-budget.js';
import { startLane } from './start-lane.js';
import { rememberWatermark } from './watermarks.js';

const PART_BYTES_MIN = 256 * 1024;
const PART_BYTES_MAX = 4 * 1024 * 1024;

type Mutations = Extract<InputPart, { kind: 'mutations' }>;

/**
 * One life of a lane: batches, timers, pauses and the change from base to rows take turns on its
 * state. The first turn that fails ends the life; another one starts from the checkpoint.
 */
export class LaneRun implements MemoryHolder {
  private readonly laneKey = randomUUID();
  private readonly turns = new SerialQueue();
  private readonly taskChanges = new ChangeSignal();
  private readonly output: LaneOutput;
  private state: LaneState;
  private timer: NodeJS.Timeout | undefined;
  private rows = 0;
  private ended = false;

  private constructor(
    private readonly context: LaneContext,
    checkpoint: Buffer | undefined,
  ) {
    const { lane, plan, planBoard } = context;
    const task = context.task();
    const { firstSchemaVersion } = planBoard;
    this.state = startLane({ checkpoint, lane: lane.index, task, plan, firstSchemaVersion });
    this.output = new LaneOutput({
      ...context,
      laneKey: this.laneKey,
      taskName: task.taskName,
      onFailed: (error) => this.fail(error),
    });
  }

  /** Starts where the checkpoint says, or anew. */
  static async open(context: LaneContext, checkpoint: Buffer | undefined): Promise<LaneRun> {
    const run = new LaneRun(context, checkpoint);
    context.budget.enter(run);
    try {
      if (run.state.posture !== 'barrier') await run.openAtThread();
    } catch (error) {
      await run.close();
      throw error;
    }
    return run;
  }

  /** Whoever reads knows `input`: from now on the lane moves by itself too. */
  begin(): void {
    this.rest();
    if (this.state.posture === 'barrier') void this.crossBarrier();
  }

  /** What the lane reads now; `undefined` while it waits for the base of all lanes. */
  get input(): InputPosition | undefined {
    const { posture, position } = this.state;
    if (posture === 'barrier') return undefined;
    return { topic: this.context.topics[posture], offset: position };
  }

  /** The input below which nothing is needed any more; null before the first commit of this life. */
  get committed(): InputPosition | null {
    return this.output.committed;
  }

  get openFiles(): Iterable<OpenFile> {
    return this.state.files.values();
  }

  /** Appends a batch; resolves when the next may come, which a pause or full memory can delay. */
  async process(batch: LaneBatch): Promise<void> {
    const { leaving } = this.context.lane;
    const mayGoOn = () => (this.isPaused && !this.isOver ? undefined : true);
    for (let taken = false; !taken && !this.isOver;) {
      if ((await this.taskChanges.until(mayGoOn, leaving)) === undefined) return;
      await this.turn(async () => {
        if (this.isPaused) return;
        await this.takeBatch(batch);
        taken = true;
      });
    }
    await this.context.budget.relieve();
  }

  /** The desired state of the task changed. */
  async taskChanged(): Promise<void> {
    this.taskChanges.notify();
    await this.quietTurn(async () => {
      if (!this.isPaused || this.state.files.size === 0) return;
      await this.step(this.allFiles('pause'));
      await this.output.settled();
    });
  }

  async sealForMemory(prefix: string): Promise<void> {
    if (this.isOver) this.end();
    await this.quietTurn(async () => {
      if (!this.state.files.has(prefix)) return;
      await this.step([{ prefix, reason: 'memory' }]);
      await this.output.settled();
    });
  }

  /** The life is over: drops what is open. */
  async close(): Promise<void> {
    this.end();
    const { thread, lane } = this.context;
    await thread.closeLane({ lane: this.laneKey }).catch(() => undefined);
    metrics.openFiles.remove({ task: this.context.task().taskName, lane: String(lane.index) });
  }

  private get isPaused(): boolean {
    return this.context.task().state === 'paused';
  }

  private get isOver(): boolean {
    return this.ended || this.context.lane.isOver;
  }

  private get limits(): RotationLimits {
    const { fileBytesTarget, fileAgeSecondsMax } = this.context.task().config;
    const { openPrefixesMax } = this.context;
    return { fileBytesTarget, fileAgeMsMax: fileAgeSecondsMax * 1000, openPrefixesMax };
  }

  /** Runs a job alone on the state; nothing runs once the life is over. */
  private turn(job: () => Promise<void>): Promise<void> {
    return this.turns.run(async () => {
      if (this.isOver) return;
      try {
        await job();
      } catch (error) {
        this.fail(error);
        throw error;
      }
      this.rest();
    });
  }

  /** A turn of which nobody waits for the error: the lane itself carries it. */
  private async quietTurn(job: () => Promise<void>): Promise<void> {
    await this.turn(job).catch(() => undefined);
  }

  private fail(error: unknown): void {
    this.end();
    this.context.lane.fail(error);
  }

  private end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.context.budget.leave(this);
    this.taskChanges.notify();
  }

  private async takeBatch(batch: LaneBatch): Promise<void> {
    if (batch.topic !== this.input?.topic) return;
    const target = this.limits.fileBytesTarget;
    const partBytes = Math.min(PART_BYTES_MAX, Math.max(PART_BYTES_MIN, target));
    for (const part of inputParts(batch.records, partBytes)) {
      if (part.kind === 'mutations') await this.append(part);
      else await this.obey(part.control, part.offset);
    }
    this.state = advance(this.state, batch.nextOffset);
    await this.stepIfDue();
  }

  private async append({ records, nextOffset }: Mutations): Promise<void> {
    const { thread, clock } = this.context;
    if (this.state.posture === 'barrier') {
      throw new DeliveryError('CONTRACT_VIOLATION', 'mutations follow the end of a base');
    }
    const result = await thread.append({ lane: this.laneKey, records });
    const appended = { position: nextOffset, last: result.last, files: result.files };
    this.state = afterAppend(this.state, appended, {
      nowMs: clock.now(),
      newFileId: randomUUID,
    });
    this.output.noteDirty(result.dirty);
    this.rows += result.counts.delivered;
    const { taskName } = this.context.task();
    metrics.rows.inc({ stage: 'encoder', task: taskName }, result.counts.delivered);
    await this.stepIfDue();
  }

  private async obey(control: ControlRecord, offset: bigint): Promise<void> {
    this.state = advance(this.state, offset + 1n);
    switch (control.control) {
      case 'watermark': {
        const { lsn, at } = control;
        const watermarks = rememberWatermark(this.state.watermarks, { offset, lsn, at });
        this.state = { ...this.state, watermarks };
        return;
      }
      case 'schema':
        return this.changeSchema(control.version);
      case 'lanes':
        this.state = { ...this.state, openings: control.openings ?? [] };
        return;
      case 'end':
        return this.endBase();
      default:
        return control satisfies never;
    }
  }

  /** Mutations behind this point follow another version: no file holds rows of two. */
  private async changeSchema(schemaVersion: number): Promise<void> {
    if (schemaVersion <= this.state.schemaVersion) return;
    await this.step(this.allFiles('schema'), { then: (state) => ({ ...state, schemaVersion }) });
    const spec = await this.spec();
    await this.context.thread.reconfigureLane({ lane: this.laneKey, spec });
  }

  private async endBase(): Promise<void> {
    if (this.state.posture !== 'base') {
      throw new DeliveryError('CONTRACT_VIOLATION', 'a base ends where none is read');
    }
    await this.step(this.allFiles('end'), {
      then: (state) => ({ ...state, posture: 'barrier', baseSealed: true }),
      announcesBase: true,
    });
    await this.output.settled();
    void this.crossBarrier();
  }

  /** Waits until the base of the whole task is visible, then reads the changes from their start. */
  private async crossBarrier(): Promise<void> {
    const { barrier, plan, planBoard, topics, lane } = this.context;
    const { taskId } = this.context.task();
    try {
      if (!(await barrier.whole(taskId, plan.scanLanes, lane.leaving))) return;
      if ((await planBoard.end(lane.leaving)) === undefined) return;
    } catch (error) {
      this.fail(error);
      return;
    }
    await this.quietTurn(async () => {
      this.state = enterRows(this.state);
      await this.openAtThread();
      await this.step([]);
      await this.output.settled();
      await lane.switchInput({ topic: topics.rows, offset: this.state.position });
    });
  }

  private async openAtThread(): Promise<void> {
    const { plan, planBoard, thread, lane } = this.context;
    const { posture, last, sealedThrough } = this.state;
    const isBase = this.context.task().taskType === 'BASE';
    const end = isBase && posture === 'rows' ? await planBoard.end(lane.leaving) : undefined;
    await thread.openLane({
      lane: this.laneKey,
      spec: await this.spec(),
      recovery: {
        phase: posture === 'rows' ? 'rows' : 'base',
        before: last,
        sealed: [...sealedThrough],
        commitLsnMin: parseLsn(plan.c),
        // A transaction belongs to a BASE task if it was committed below E.
        commitLsnMax: end === undefined ? undefined : end - 1n,
      },
    });
  }

  private async spec() {
    const { planBoard, lane } = this.context;
    const spec = await planBoard.spec(this.state.schemaVersion, lane.leaving);
    if (spec !== undefined) return spec;
    throw new DeliveryError('KAFKA_FENCED', 'the lane leaves before its schema was readable');
  }

  private async stepIfDue(): Promise<void> {
    const due = decideSeals(this.state, this.limits, this.context.clock.now());
    const markAtMs = nextMarkAtMs(this.state, this.output.startedAtMs);
    const markIsDue = markAtMs !== null && this.context.clock.now() >= markAtMs;
    if (due.length > 0 || markIsDue) await this.step(due);
  }

  private async step(due: readonly DueSeal[], options: StepOptions = {}): Promise<void> {
    this.state = await this.output.step(this.state, due, options);
  }

  private allFiles(reason: SealReason): readonly DueSeal[] {
    return [...this.state.files.keys()].map((prefix) => ({ prefix, reason }));
  }

  /** Between turns: shows the state, and wakes up when time alone asks for a step. */
  private rest(): void {
    const { lane, clock, onChanged } = this.context;
    if (this.isOver) return;
    const openBytes = [...this.openFiles].reduce((sum, file) => sum + file.memoryBytes, 0);
    const openFiles = this.state.files.size;
    const phase = this.isPaused ? 'paused' : this.state.posture;
    onChanged({ lane: lane.index, phase, rows: this.rows, openFiles, openBytes });
    metrics.openFiles.set(
      { task: this.context.task().taskName, lane: String(lane.index) },
      openFiles,
    );
    clearTimeout(this.timer);
    const wakeAtMs = nextStepAtMs(this.state, this.limits, this.output.startedAtMs);
    if (wakeAtMs === null) return;
    const waitMs = Math.max(1, wakeAtMs - clock.now());
    this.timer = setTimeout(() => void this.quietTurn(() => this.stepIfDue()), waitMs);
    this.timer.unref();
  }
}
