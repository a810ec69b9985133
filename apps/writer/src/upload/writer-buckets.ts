import type { Logger } from '@lakeferry/observability';
import { systemClock } from '@lakeferry/runtime';
import type { WriterConfig } from '../config.js';
import { RoleBook } from '../role/role-book.js';
import { Buckets } from './buckets.js';

/** The buckets that the settings of the process lead to. */
export function writerBuckets(config: WriterConfig, logger: Logger): Buckets {
  const { s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey } = config;
  const keys =
    accessKeyId === undefined || secretAccessKey === undefined
      ? undefined
      : ({ kind: 'static', accessKeyId, secretAccessKey } as const);
  const roles = new RoleBook({
    file: config.rolesFile,
    roles: config.roles,
    keys,
    autocreate: config.roleAutocreate,
    region: config.s3Region,
    clock: systemClock,
    logger,
  });
  return new Buckets({ settings: config, roles });
}
