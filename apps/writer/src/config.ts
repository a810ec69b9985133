import { baseOptions, kinds, option, type ConfigOf } from '@lakeferry/config';
import { DeliveryError } from '@lakeferry/errors';
import { roleMapText } from './role/role-map.js';
import { endpointMapText } from './upload/endpoint-map.js';

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
  s3AccessKeyId: option(
    'LAKEFERRY_S3_ACCESS_KEY_ID',
    kinds.optionalSecret,
    'access key id of the default role, where the map of roles does not name it',
  ),
  s3SecretAccessKey: option(
    'LAKEFERRY_S3_SECRET_ACCESS_KEY',
    kinds.optionalSecret,
    'secret access key of the default role',
  ),
  rolesFile: option(
    'LAKEFERRY_ROLES_FILE',
    kinds.optionalText,
    'JSON file of the roles that tasks may name; read again when it changes',
  ),
  roles: option('LAKEFERRY_ROLES', roleMapText, 'the same as text, in place of the file'),
  roleAutocreate: option(
    'LAKEFERRY_ROLE_AUTOCREATE',
    kinds.flagOr(false),
    "true: a missing default role is made from the writer's own credentials (environment, profile, machine)",
  ),
  region: option(
    'LAKEFERRY_REGION',
    kinds.optionalText,
    'region of the installation, `cn-hangzhou` say; tasks of other regions are InvalidOssBucket',
  ),
  endpoints: option(
    'LAKEFERRY_ENDPOINTS',
    endpointMapText,
    'JSON object of url, style (path, virtual-host), region and checksums by the name of an endpoint',
  ),
  endpointsOnly: option(
    'LAKEFERRY_ENDPOINTS_ONLY',
    kinds.flagOr(false),
    "true: tasks may name endpoints of the map, the installation's own, and those of OSS and AWS only",
  ),
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
  bucketCheckSeconds: option(
    'LAKEFERRY_BUCKET_CHECK_SECONDS',
    kinds.integerOr(60, 1, 3600),
    'time between looks whether a bucket is still there, and still the same',
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

/** @throws DeliveryError CONFIG_INVALID when settings contradict each other */
export function checkWriterConfig(config: WriterConfig): void {
  const { s3AccessKeyId, s3SecretAccessKey, roles, rolesFile } = config;
  if ((s3AccessKeyId === undefined) !== (s3SecretAccessKey === undefined)) {
    throw new DeliveryError(
      'CONFIG_INVALID',
      'LAKEFERRY_S3_ACCESS_KEY_ID and LAKEFERRY_S3_SECRET_ACCESS_KEY go together: set both or none',
    );
  }
  if (roles !== undefined && rolesFile !== undefined) {
    throw new DeliveryError(
      'CONFIG_INVALID',
      'LAKEFERRY_ROLES and LAKEFERRY_ROLES_FILE exclude each other: set one of them',
    );
  }
}
