import {
  PLAN_KEYS,
  lanesOpened,
  parseLsn,
  planLanes,
  planSchema,
  scanPosition,
  taskPlan,
  type LaneOpening,
  type PlanSchema,
  type TaskPlan,
} from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import type { LaneSpec } from '@lakeferry/parquet';
import { ChangeSignal } from './change-signal.js';

const SCHEMA_KEY = /^schema\/\d+$/;

/** What the `plan` topic of a task says: where it starts, what its rows look like, where its base ends. */
export class PlanBoard {
  private readonly changed = new ChangeSignal();
  private readonly schemas = new Map<number, PlanSchema>();
  private plan: TaskPlan | undefined;
  private scanEnd: bigint | undefined;
  private openings: readonly LaneOpening[] = [];
  private failure: DeliveryError | undefined;

  /** Takes a record of `plan`; one that can't be read fails everyone who waits. */
  take(key: string, value: string | null): void {
    if (value === null) return;
    try {
      this.read(key, JSON.parse(value));
    } catch (cause) {
      const context = { key };
      this.failure = new DeliveryError('CONTRACT_VIOLATION', 'a record of the plan is unreadable', {
        context,
        cause,
      });
    }
    this.changed.notify();
  }

  /** The plan, once it and a version of the schema are there. */
  ready(signal: AbortSignal): Promise<TaskPlan | undefined> {
    return this.until(() => (this.schemas.size > 0 ? this.plan : undefined), signal);
  }

  /** The version that the first mutations follow. Call once `ready`. */
  get firstSchemaVersion(): number {
    return Math.min(...this.schemas.keys());
  }

  /** Lanes of the task that ever were in use, of which it had `lanesAtFirst` at its start. */
  lanesOpened(lanesAtFirst: number): number {
    return lanesOpened(lanesAtFirst, this.openings);
  }

  /** What rows of that version become, once the version is there. */
  spec(version: number, signal: AbortSignal): Promise<LaneSpec | undefined> {
    return this.until(() => {
      const found = this.schemas.get(version);
      return found === undefined ? undefined : toLaneSpec(found);
    }, signal);
  }

  /** Where dirty fields of rows of that version become objects, if anywhere. */
  dirtyPrefix(version: number): string | undefined {
    return this.schemas.get(version)?.ossDirtyPrefix;
  }

  /** E, once the scan is complete. */
  end(signal: AbortSignal): Promise<bigint | undefined> {
    return this.until(() => this.scanEnd, signal);
  }

  private until<T>(read: () => T | undefined, signal: AbortSignal): Promise<T | undefined> {
    return this.changed.until(() => {
      if (this.failure !== undefined) throw this.failure;
      return read();
    }, signal);
  }

  private read(key: string, json: unknown): void {
    if (key === PLAN_KEYS.plan) this.plan = taskPlan.parse(json);
    else if (key === PLAN_KEYS.scan) {
      const { end } = scanPosition.parse(json);
      if (end !== null) this.scanEnd = parseLsn(end);
    } else if (key === PLAN_KEYS.lanes) this.openings = planLanes.parse(json).openings ?? [];
    else if (SCHEMA_KEY.test(key)) {
      const schema = planSchema.parse(json);
      this.schemas.set(schema.version, schema);
    }
  }
}

function toLaneSpec(version: PlanSchema): LaneSpec {
  const { schema, eventTimeColumn, ossPrefix, timeZone, codec, deletes } = version;
  return { schema, eventTimeColumn, prefix: ossPrefix, timeZone, codec, deletes };
}
