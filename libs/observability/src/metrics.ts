import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The registry of this process; `/metrics` prints it. */
export const registry = new Registry();
collectDefaultMetrics({ register: registry });

const registers = [registry];

/** Every metric of every service, named with its unit. A service shows those it touches. */
export const metrics = {
  rows: new Counter({
    name: 'lakeferry_rows_total',
    help: 'Row versions that passed a stage',
    labelNames: ['stage', 'task'] as const,
    registers,
  }),
  bytes: new Counter({
    name: 'lakeferry_bytes_total',
    help: 'Bytes that passed a stage',
    labelNames: ['stage', 'task'] as const,
    registers,
  }),
  lagSeconds: new Gauge({
    name: 'lakeferry_lag_seconds',
    help: 'Age of the newest point that is delivered',
    labelNames: ['stage', 'task', 'lane'] as const,
    registers,
  }),
  openFiles: new Gauge({
    name: 'lakeferry_open_files',
    help: 'Files that accept rows',
    labelNames: ['task', 'lane'] as const,
    registers,
  }),
  openBytes: new Gauge({
    name: 'lakeferry_open_bytes',
    help: 'Memory held by open files',
    registers,
  }),
  seals: new Counter({
    name: 'lakeferry_seals_total',
    help: 'Files sealed, by reason',
    labelNames: ['task', 'reason'] as const,
    registers,
  }),
  objects: new Counter({
    name: 'lakeferry_objects_total',
    help: 'Objects put into the bucket',
    labelNames: ['task'] as const,
    registers,
  }),
  dirty: new Counter({
    name: 'lakeferry_dirty_fields_total',
    help: 'Fields that became null because their value did not fit',
    labelNames: ['task'] as const,
    registers,
  }),
  retries: new Counter({
    name: 'lakeferry_retries_total',
    help: 'Failures that were retried, by error code',
    labelNames: ['component', 'code'] as const,
    registers,
  }),
  lanes: new Gauge({
    name: 'lakeferry_lanes',
    help: 'Lanes over which the changes of a task are spread',
    labelNames: ['task'] as const,
    registers,
  }),
  retainedWalBytes: new Gauge({
    name: 'lakeferry_retained_wal_bytes',
    help: 'WAL that the slot of a source holds back',
    labelNames: ['source'] as const,
    registers,
  }),
  heldBytes: new Gauge({
    name: 'lakeferry_held_bytes',
    help: 'Bytes of a task that Kafka holds, estimated',
    labelNames: ['task'] as const,
    registers,
  }),
  commitSeconds: new Histogram({
    name: 'lakeferry_commit_seconds',
    help: 'Duration of Kafka transactions',
    labelNames: ['stage'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  }),
  putSeconds: new Histogram({
    name: 'lakeferry_put_seconds',
    help: 'Duration of putting one object',
    labelNames: ['task'] as const,
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  }),
} as const;
