import { baseOptions, kinds, option, type ConfigOf } from '@lakeferry/config';

const MIB = 1024 * 1024;
const WEEK_SECONDS = 7 * 24 * 3600;
const YEAR_SECONDS = 366 * 24 * 3600;

/** Settings of the writer. */
export const writerOptions = {
  ...baseOptions,
  controlUrl: option('LAKEFERRY_CONTROL_URL', kinds.secret, 'postgres:// URL of the ledger'),
  s3Endpoint: option(
    'LAKEFERRY_S3_ENDPOINT',
    kinds.optionalHttpUrl,
    'URL of the store for tasks that name none; the endpoint of the region when absent',
  ),
  s3Region: option('LAKEFERRY_S3_REGION', kinds.textOr('us-east-1'), 'region of the buckets'),
  s3AccessKeyId: option('LAKEFERRY_S3_ACCESS_KEY_ID', kinds.secret, 'access key id'),
  s3SecretAccessKey: option('LAKEFERRY_S3_SECRET_ACCESS_KEY', kinds.secret, 'secret access key'),
  s3ForcePathStyle: option(
    'LAKEFERRY_S3_FORCE_PATH_STYLE',
    kinds.flagOr(false),
    'true for stores that have buckets in the path instead of the host name',
  ),
  s3Checksums: option(
    'LAKEFERRY_S3_CHECKSUMS',
    kinds.oneOf(['when-required', 'when-supported'], 'when-required'),
    'when-required or when-supported; many stores refuse checksums that they need not have',
  ),
  holdSeconds: option(
    'LAKEFERRY_HOLD_SECONDS',
    kinds.integerOr(30, 1, 3600),
    'time between tries while a bucket or a permission is missing',
  ),
  redeliveryRetentionSeconds: option(
    'LAKEFERRY_REDELIVERY_RETENTION_SECONDS',
    kinds.integerOr(WEEK_SECONDS, 0, YEAR_SECONDS),
    'how long Kafka keeps files that are in the bucket; 0 frees them at once',
  ),
  memoryBytesMax: option(
    'LAKEFERRY_MEMORY_BYTES_MAX',
    kinds.integerOr(64 * MIB, MIB, Number.MAX_SAFE_INTEGER),
    'bytes of files kept in memory; what is beyond goes to the temporary folder',
  ),
} as const;

export type WriterConfig = ConfigOf<typeof writerOptions>;
