import { z } from 'zod';
import { baseOptions, kinds, option, type ConfigOf } from '@lakeferry/config';

const MIB = 1024 * 1024;

/** Settings of the changefeed. */
export const changefeedOptions = {
  ...baseOptions,
  secretKey: option(
    'LAKEFERRY_SECRET_KEY',
    kinds.secret,
    'base64 of 32 bytes; unseals source URLs',
  ),
  installation: option(
    'LAKEFERRY_INSTALLATION',
    z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,20}$/, 'must be lower-case letters, digits and underscores')
      .default('lakeferry'),
    'names slot and publication; differs where two installations share a database',
  ),
  watermarkMs: option(
    'LAKEFERRY_WATERMARK_MS',
    kinds.integerOr(2000, 100, 60_000),
    'time between watermarks',
  ),
  /** A Kafka transaction costs some 10 ms whatever its size: at 100 ms they take a tenth of the time at most. */
  flushMs: option(
    'LAKEFERRY_FLUSH_MS',
    kinds.integerOr(100, 1, 10_000),
    'longest wait for a commit',
  ),
  flushBytes: option(
    'LAKEFERRY_FLUSH_BYTES',
    kinds.integerOr(4 * MIB, 64 * 1024, 64 * MIB),
    'bytes of mutations that start a commit at once',
  ),
  scanChunkPages: option(
    'LAKEFERRY_SCAN_CHUNK_PAGES',
    kinds.integerOr(1024, 1, 131_072),
    'pages of a chunk of a base scan that starts',
  ),
  scanDelayMs: option(
    'LAKEFERRY_SCAN_DELAY_MS',
    kinds.integerOr(0, 0, 60_000),
    'pause between chunks, to spare the source',
  ),
  planSecondsMax: option(
    'LAKEFERRY_PLAN_SECONDS_MAX',
    kinds.integerOr(60, 1, 86_400),
    'time limit of one attempt to find the starting point of a task',
  ),
  laneRowsPerSecond: option(
    'LAKEFERRY_LANE_ROWS_PER_SECOND',
    kinds.integerOr(50_000, 1, 10_000_000),
    'rows that one lane is meant to carry; a higher rate opens more lanes',
  ),
  laneBytesPerSecond: option(
    'LAKEFERRY_LANE_BYTES_PER_SECOND',
    kinds.integerOr(16 * MIB, 1024, 1024 * MIB),
    'bytes of mutations that one lane is meant to carry',
  ),
  laneGrowSeconds: option(
    'LAKEFERRY_LANE_GROW_SECONDS',
    kinds.integerOr(20, 1, 3600),
    'time over which a rate is taken that opens lanes',
  ),
  laneShrinkSeconds: option(
    'LAKEFERRY_LANE_SHRINK_SECONDS',
    kinds.integerOr(600, 1, 86_400),
    'time over which a rate is taken that closes lanes',
  ),
  taskBytesMax: option(
    'LAKEFERRY_TASK_BYTES_MAX',
    kinds.integerOr(20 * 1024 * MIB, MIB, Number.MAX_SAFE_INTEGER),
    'bytes of one task that Kafka may hold before its scan waits',
  ),
  bytesMax: option(
    'LAKEFERRY_BYTES_MAX',
    kinds.integerOr(100 * 1024 * MIB, MIB, Number.MAX_SAFE_INTEGER),
    'bytes of all tasks that Kafka may hold before scans and then the slot wait',
  ),
} as const;

export type ChangefeedConfig = ConfigOf<typeof changefeedOptions>;
export const CHANGEFEED_CONFIG = Symbol('ChangefeedConfig');
