import { baseOptions, kinds, option, type ConfigOf } from '@lakeferry/config';

const MIB = 1024 * 1024;

/** Settings of the encoder. */
export const encoderOptions = {
  ...baseOptions,
  memoryBytesMax: option(
    'LAKEFERRY_MEMORY_BYTES_MAX',
    kinds.integerOr(256 * MIB, 16 * MIB, Number.MAX_SAFE_INTEGER),
    'bytes that open files of all lanes may hold',
  ),
  threads: option(
    'LAKEFERRY_ENCODER_THREADS',
    kinds.integerOr(1, 1, 64),
    'worker threads that encode; lanes are spread over them',
  ),
  openPrefixesMax: option(
    'LAKEFERRY_OPEN_PREFIXES_MAX',
    kinds.integerOr(256, 1, 4096),
    'files that a lane may have open',
  ),
  freeSeconds: option(
    'LAKEFERRY_FREE_SECONDS',
    kinds.integerOr(60, 1, 86_400),
    'time between deletions of records that are in files',
  ),
} as const;

export type EncoderConfig = ConfigOf<typeof encoderOptions>;
