import {
  PLAN_KEYS,
  PLAN_PARTITIONS,
  SOURCE_KEYS,
  parseLsn,
  planSchemaOf,
  sourceTopic,
  type DesiredTask,
  type RouteColumn,
  type RouteForm,
  type SourceRoute,
} from '@lakeferry/contracts';
import { DeliveryError, isDeliveryError } from '@lakeferry/errors';
import type { Logger } from '@lakeferry/observability';
import { formatMicros, type StreamRelation, type TableShape } from '@lakeferry/postgres';
import type { Clock } from '@lakeferry/runtime';
import { keyedRecord } from '../publish/keyed-record.js';
import type { StreamPublisher } from '../stream/stream-publisher.js';
import { alterRoute } from './alter-route.js';
import type { DesiredTasks } from './desired-tasks.js';
import { judgeShape, type CatalogShape } from './relation-shape.js';
import { reviseRoute, streamedShape } from './revise-route.js';
import { formOf } from './route-form.js';
import type { ActiveRoute, RouteTable } from './route-table.js';

/** The columns of a task in a relation of the stream, as its row writer takes them. */
export interface FittedColumns {
  readonly key: readonly RouteColumn[];
  readonly row: readonly RouteColumn[];
  /** They are looked at again at the first transaction with this commit LSN or a higher one. */
  readonly until: bigint | null;
}

/** The transaction whose change is looked at. */
export interface StreamPoint {
  readonly commitLsn: bigint;
  readonly commitTimeMicros: bigint;
}

export interface RouteChangesOptions {
  readonly source: string;
  readonly routes: RouteTable;
  readonly desired: DesiredTasks;
  readonly publisher: StreamPublisher;
  /** Tables that were looked at before this stretch of the stream, by OID; null for one that was dropped. */
  readonly shapes: ReadonlyMap<number, TableShape | null>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Changes of the table that come from now on meet another route: at once, without a new relation. */
  readonly onRevised: (tableOid: number) => void;
  readonly onHalt: (active: ActiveRoute, error: DeliveryError) => void;
  /** What of a task is durable: nobody else may learn of a form that is not. */
  readonly onForm: (taskId: string, form: RouteForm) => void;
}

/**
 * Changes what the rows of a running task become, at one point of the stream: because its table was
 * altered there, or because its user wants it. Route, schema and the control records in all lanes
 * go into one Kafka transaction, behind every mutation that was gathered so far.
 */
export class RouteChanges {
  /** Changes of a task that are on their way. */
  private readonly underWay = new Map<string, number>();

  constructor(private readonly options: RouteChangesOptions) {}

  /**
   * Brings a route in line with the relation that a new change of its table has, and gives its
   * columns there; null when the task halts.
   *
   * @throws DeliveryError SOURCE_TABLE_ALTERED when the catalog has to be looked at first
   */
  adapt(active: ActiveRoute, relation: StreamRelation, point: StreamPoint): FittedColumns | null {
    const { route } = active;
    const form = formOf(route);
    const since = parseLsn(form.lsn);
    if (point.commitLsn < since) return { ...olderColumns(route, relation), until: since };
    const { shapes } = this.options;
    const looked = shapes.get(relation.oid);
    if (looked === null) return this.halt(active, 'the table was dropped');
    const inTime = looked !== undefined && point.commitLsn < looked.seesBelow;
    const keyNames = keyNamesOf(relation);
    const isRekeyed = keyNames.length > 0 && !sameNames(keyNames, route.key);
    const returns = route.row.some(
      ({ gone, name }) => gone === true && relation.columns.some((each) => each.name === name),
    );
    const follow = this.wishOf(route).config.schemaChanges === 'follow';
    const verdict = judgeShape({
      known: form.shape,
      seen: relation.columns,
      catalog: inTime ? catalogShape(looked) : null,
      delivered: [...route.row, ...route.key].flatMap(({ attnum }) => attnum ?? []),
      newMatter: (follow && form.shape.length > 0) || isRekeyed || returns,
    });
    if (verdict.kind === 'undecidable' || (inTime && lacksOld(route, relation))) {
      return this.halt(
        active,
        'columns of the table were renamed or dropped, and it can not be told which is which',
      );
    }
    if (verdict.kind === 'same' && !isRekeyed) return { ...route, until: null };
    if (!inTime || verdict.kind === 'unknown') throw alteredTable(relation);
    const altered = alterRoute(route, {
      shape: verdict.kind === 'same' ? form.shape : verdict.shape,
      ...{ keyNames, follow, commitLsn: point.commitLsn },
      at: formatMicros(point.commitTimeMicros),
      knownVersion: this.wishOf(route).schemaVersion,
      catalog: looked.table.columns,
    });
    void this.put(route, altered);
    return { ...altered, until: null };
  }

  /**
   * What the user wants is in force from here on: for every change that is still to come. Nothing
   * happens when the user wants something else by now: the table has to be looked at for that.
   */
  async revise(taskId: string, wish: DesiredTask, shape: TableShape): Promise<void> {
    const { routes, desired, clock } = this.options;
    const active = routes.get(taskId);
    if (active === undefined || active.route.halted !== null) return;
    // The record may have taken in meanwhile what the stream changed: only the newest builds on it.
    const task = desired.get(taskId) ?? wish;
    if (task.schemaRevision !== wish.schemaRevision) return;
    const at = new Date(clock.now()).toISOString();
    const published = this.put(active.route, reviseRoute(active.route, { task, shape, at }));
    this.options.onRevised(active.route.tableOid);
    await published;
  }

  /** In one synchronous step: a transaction has all of it or nothing. */
  private put(before: SourceRoute, after: SourceRoute): Promise<void> {
    const { routes, publisher, source, logger } = this.options;
    const { taskId, taskName, config } = after.task;
    const { version, lsn, revision } = formOf(after);
    const waiting = this.underWay.get(taskId) ?? 0;
    if (waiting === 0) this.options.onForm(taskId, formOf(before));
    this.underWay.set(taskId, waiting + 1);
    const { lanes, topics } = routes.set(after);
    const records = [
      keyedRecord({
        ...{ topic: sourceTopic(source), partition: 0 },
        ...{ key: SOURCE_KEYS.route(taskId), value: after },
      }),
    ];
    if (version !== formOf(before).version) {
      for (const lane of lanes) lane.control({ control: 'schema', version, lsn });
      records.push(
        keyedRecord({
          ...{ topic: topics.plan, partition: PLAN_PARTITIONS.stream },
          ...{ key: PLAN_KEYS.schema(version), value: planSchemaOf(version, config) },
        }),
      );
    }
    logger.info('schema changes', { taskId, task: taskName, version, revision, lsn });
    const published = publisher.request(records).then(() => {
      this.underWay.set(taskId, (this.underWay.get(taskId) ?? 1) - 1);
      this.options.onForm(taskId, formOf(after));
    });
    published.catch((error: unknown) => {
      // The stream starts anew from what is durable, and meets the change again.
      if (!isDeliveryError(error)) throw error;
      logger.debug('schema not changed', { taskId, version, err: error });
    });
    return published;
  }

  /** The newest that is known of the user's wish. */
  private wishOf({ task }: SourceRoute): DesiredTask {
    return this.options.desired.get(task.taskId) ?? task;
  }

  private halt(active: ActiveRoute, message: string): null {
    const { taskId, tableName } = active.route.task;
    const context = { taskId, table: tableName };
    this.options.onHalt(active, new DeliveryError('SOURCE_TABLE_CHANGED', message, { context }));
    return null;
  }
}

/** The table whose columns have to be looked up before the stream can go on, if that is the error. */
export function alteredTableOf(error: unknown): number | null {
  if (!isDeliveryError(error) || error.code !== 'SOURCE_TABLE_ALTERED') return null;
  const { oid } = error.context;
  return typeof oid === 'number' ? oid : null;
}

function alteredTable({ oid, name }: StreamRelation): DeliveryError {
  return new DeliveryError('SOURCE_TABLE_ALTERED', 'the columns of a table have changed', {
    context: { oid, table: name },
  });
}

function catalogShape({ table, dropped }: TableShape): CatalogShape {
  return { live: streamedShape(table), dropped };
}

/** Under REPLICA IDENTITY FULL every column is marked: that says nothing of the key. */
function keyNamesOf({ replicaIdentity, columns }: StreamRelation): string[] {
  if (replicaIdentity !== 'default' && replicaIdentity !== 'index') return [];
  return columns.filter(({ isKey }) => isKey).map(({ name }) => name);
}

function sameNames(names: readonly string[], key: readonly RouteColumn[]): boolean {
  return names.length === key.length && key.every(({ name }) => names.includes(name));
}

/** A column of a route that does not know its number, and that nothing in the relation is called. */
function lacksOld({ row, key }: SourceRoute, { columns }: StreamRelation): boolean {
  const names = new Set(columns.map(({ name }) => name));
  return [...row, ...key].some(({ attnum, name }) => attnum === undefined && !names.has(name));
}

/**
 * Columns for changes that are older than what is known of the table. They were committed before
 * the task starts, and nothing of them is delivered.
 */
function olderColumns({ row, key }: SourceRoute, { columns }: StreamRelation) {
  const older = (column: RouteColumn): RouteColumn => {
    const streamed = columns.find(({ name }) => name === column.name);
    return streamed?.typeOid === column.typeOid ? column : { ...column, gone: true };
  };
  return { key: key.map(older), row: row.map(older) };
}
