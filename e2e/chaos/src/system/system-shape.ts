import type { ServiceName } from '@lakeferry/stack';
import { settableClock } from './clock-file.js';

/** What differs between systems that rounds run on. */
export interface SystemShape {
  readonly name:
    | 'small-disk'
    | 'impatient'
    | 'ordinary'
    | 'slow-scan'
    | 'small-lanes'
    | 'brief-retention'
    | 'tight'
    | 'skewed';
  /** Processes of each service, at least 1. */
  readonly instances: Readonly<Record<ServiceName, number>>;
  readonly env: Partial<Record<ServiceName, Readonly<Record<string, string>>>>;
  readonly postgresSettings: Readonly<Record<string, string>>;
  /** The broker writes to a disk of its own, of this size. */
  readonly brokerDiskMegabytes?: number;
}

/** Watermarks come often: what a round waits for at its end is the system, not its rhythm. */
const CHANGEFEED = { LAKEFERRY_WATERMARK_MS: '1000' };
/** What must be mended by a user is looked for again soon: rounds are short. */
const WRITER = { LAKEFERRY_HOLD_SECONDS: '3', LAKEFERRY_BUCKET_CHECK_SECONDS: '2' };
/** A broker that is away for longer than this is met within a round. */
const IMPATIENT = { LAKEFERRY_KAFKA_PATIENCE_MS: '6000' };
const TWO = { 'task-api': 1, changefeed: 2, encoder: 2, writer: 2 };

export const SHAPES: Readonly<Record<SystemShape['name'], SystemShape>> = {
  ordinary: {
    name: 'ordinary',
    instances: TWO,
    env: { changefeed: CHANGEFEED, writer: WRITER },
    postgresSettings: {},
  },
  'small-disk': {
    name: 'small-disk',
    instances: TWO,
    env: { changefeed: CHANGEFEED, writer: WRITER },
    postgresSettings: {},
    brokerDiskMegabytes: 640,
  },
  impatient: {
    name: 'impatient',
    instances: TWO,
    env: {
      'task-api': IMPATIENT,
      changefeed: { ...CHANGEFEED, ...IMPATIENT },
      encoder: IMPATIENT,
      writer: { ...WRITER, ...IMPATIENT },
    },
    postgresSettings: {},
  },
  'slow-scan': {
    name: 'slow-scan',
    instances: TWO,
    env: {
      changefeed: {
        ...CHANGEFEED,
        LAKEFERRY_SCAN_CHUNK_PAGES: '16',
        LAKEFERRY_SCAN_DELAY_MS: '150',
      },
      writer: WRITER,
    },
    postgresSettings: {},
  },
  'small-lanes': {
    name: 'small-lanes',
    instances: TWO,
    env: {
      changefeed: {
        ...CHANGEFEED,
        LAKEFERRY_LANE_ROWS_PER_SECOND: '150',
        LAKEFERRY_LANE_GROW_SECONDS: '1',
        LAKEFERRY_LANE_SHRINK_SECONDS: '4',
      },
      writer: WRITER,
    },
    postgresSettings: {},
  },
  'brief-retention': {
    name: 'brief-retention',
    instances: TWO,
    env: {
      changefeed: CHANGEFEED,
      encoder: { LAKEFERRY_FREE_SECONDS: '1' },
      writer: { ...WRITER, LAKEFERRY_REDELIVERY_RETENTION_SECONDS: '1' },
    },
    postgresSettings: {},
  },
  tight: {
    name: 'tight',
    instances: { 'task-api': 1, changefeed: 1, encoder: 1, writer: 1 },
    env: {
      changefeed: { ...CHANGEFEED, NODE_OPTIONS: '--max-old-space-size=160' },
      encoder: {
        LAKEFERRY_OPEN_PREFIXES_MAX: '640',
        NODE_OPTIONS: '--max-old-space-size=160',
      },
      writer: { ...WRITER, NODE_OPTIONS: '--max-old-space-size=96' },
      'task-api': { NODE_OPTIONS: '--max-old-space-size=128' },
    },
    postgresSettings: {},
  },
  skewed: {
    name: 'skewed',
    instances: TWO,
    env: {
      'task-api': settableClock('task-api'),
      changefeed: { ...CHANGEFEED, ...settableClock('changefeed') },
      encoder: settableClock('encoder'),
      writer: { ...WRITER, ...settableClock('writer') },
    },
    postgresSettings: {},
  },
};
