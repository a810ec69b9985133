import { z } from 'zod';
import { baseOptions, kinds, option, type ConfigOf } from '@lakeferry/config';
import { Secret } from '@lakeferry/runtime';
import { SOURCE_NAME } from './source/source-request.js';
import { parseSourceUrl } from './source/source-url.js';
import { TASK_NAME_RULES } from './task/task-name.js';

/** A source that the configuration names. */
export interface ConfiguredSource {
  readonly name: string;
  readonly url: Secret;
}

/** `local=postgres://…,other=postgres://…`; a comma inside a URL is part of it. */
const sourceList = z
  .string()
  .default('')
  .transform((text, context): ConfiguredSource[] => {
    const entries = text.split(/,(?=[a-z][a-z0-9-]*=)/).filter((entry) => entry.trim() !== '');
    return entries.map((entry) => {
      const at = entry.indexOf('=');
      const [name, url] = [entry.slice(0, at).trim(), entry.slice(at + 1).trim()];
      const parsed = parseSourceUrl(url);
      if (at < 1 || !SOURCE_NAME.test(name)) {
        context.addIssue({ code: 'custom', message: 'must be name=url, with commas' });
      } else if (!parsed.ok) {
        context.addIssue({ code: 'custom', message: `names ${name}, whose URL ${parsed.problem}` });
      }
      return { name, url: new Secret(url) };
    });
  });

/** Settings of task-api. */
export const taskApiOptions = {
  ...baseOptions,
  grpcPort: option('LAKEFERRY_GRPC_PORT', kinds.port, 'port of gRPC'),
  secretKey: option('LAKEFERRY_SECRET_KEY', kinds.secret, 'base64 of 32 bytes; seals source URLs'),
  controlUrl: option(
    'LAKEFERRY_CONTROL_URL',
    kinds.secret,
    'PostgreSQL URL of the control database',
  ),
  changefeedUrl: option(
    'LAKEFERRY_CHANGEFEED_URL',
    z.url({ protocol: /^https?$/, error: 'must be an http URL' }),
    "http URL of the changefeed's inspection API",
  ),
  sources: option(
    'LAKEFERRY_SOURCES',
    sourceList,
    'name=url of sources that are made at start, with commas',
  ),
  taskNames: option(
    'LAKEFERRY_TASK_NAMES',
    kinds.oneOf(TASK_NAME_RULES, 'strict'),
    "which names tasks may have: by the documented rule, or those of the vendor's samples too",
  ),
  replicationFactor: option(
    'LAKEFERRY_REPLICATION_FACTOR',
    kinds.integerOr(1, 1, 15),
    'copies of every topic that is created',
  ),
} as const;

export type TaskApiConfig = ConfigOf<typeof taskApiOptions>;
