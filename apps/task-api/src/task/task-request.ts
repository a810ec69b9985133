import { z } from 'zod';
import {
  codec,
  deletes,
  columnEncoding,
  DEFAULT_FILE_AGE_SECONDS_MAX,
  DEFAULT_FILE_BYTES_TARGET,
  deliveryType,
  LANES_MAX,
  metadataNamed,
  schemaChanges,
  taskType,
  timeFormat,
} from '@lakeferry/contracts';
import type { Remedies } from '../api/read-request.js';
import { columnText, readableText } from '../api/text-problem.js';
import { bucketNameProblem } from './bucket-name.js';
import { TASK_NAMES, type TaskNameRule } from './task-name.js';
import { isTimeZone } from './time-zone.js';

const MIB = 1024 * 1024;
const FILE_BYTES_MIN = 64 * 1024;
const FILE_BYTES_MAX = 1024 * MIB;
const FILE_AGE_SECONDS_LEAST = 0.1;
const FILE_AGE_SECONDS_MOST = 86_400;
const COLUMNS_MAX = 1600;
const NAME_CHARACTERS_MAX = 255;
const TYPE_EXTEND_CHARACTERS_MAX = 100;

const ENDPOINT = /^(https?:\/\/)?([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?\/?$/;

const plainText = readableText.min(1, 'is empty').max(NAME_CHARACTERS_MAX);
const columnName = columnText.min(1, 'is empty').max(NAME_CHARACTERS_MAX);

const laneCount = z
  .int()
  .min(1, 'must be at least 1')
  .max(LANES_MAX, `must be at most ${LANES_MAX}`);

const columnShape = z.strictObject({
  columnName,
  ossColumnName: plainText.optional(),
  /** May be left out for a metadata column. */
  type: deliveryType.optional(),
  encode: columnEncoding.optional(),
  /**
   * Of a DECIMAL: digits, and digits behind the point. Of a LIST: the type of its elements. Of a MAP:
   * the types of its keys and values.
   */
  typeExtend: z.string().max(TYPE_EXTEND_CHARACTERS_MAX).optional(),
});
const requestedColumn = columnShape.superRefine(({ columnName: name, type }, context) => {
  if (type !== undefined || metadataNamed(name) !== null) return;
  context.addIssue({ code: 'custom', path: ['type'], message: 'is missing' });
});
export type RequestedColumn = z.infer<typeof columnShape>;

/** What a user says of a task's delivery; what is left out has its default. */
export const requestedConfig = z.strictObject({
  ossPrefix: z.string(),
  ossBucket: z.string().superRefine((name, context) => {
    const problem = bucketNameProblem(name);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  }),
  ossEndpoint: z.string().regex(ENDPOINT, 'must be a host, or http(s)://host:port').optional(),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'must be lower-case letters, digits and hyphens')
    .optional(),
  ossStsRole: plainText.optional(),
  format: z.literal('Parquet').default('Parquet'),
  eventTimeColumn: z.strictObject({ columnName, timeFormat: timeFormat.optional() }).optional(),
  timeZone: z.string().refine(isTimeZone, 'is no time zone that is known').default('UTC'),
  parquetSchema: z
    .union([z.literal('auto'), z.array(requestedColumn).min(1, 'is empty').max(COLUMNS_MAX)])
    .default('auto'),
  codec: codec.default('SNAPPY'),
  deletes: deletes.default('ignore'),
  ossDirtyPrefix: z.string().optional(),
  schemaChanges: schemaChanges.default('report'),
  fileBytesTarget: z
    .int()
    .min(FILE_BYTES_MIN, `must be at least ${FILE_BYTES_MIN}`)
    .max(FILE_BYTES_MAX, `must be at most ${FILE_BYTES_MAX}`)
    .default(DEFAULT_FILE_BYTES_TARGET),
  fileAgeSecondsMax: z
    .number()
    .min(FILE_AGE_SECONDS_LEAST, `must be at least ${FILE_AGE_SECONDS_LEAST}`)
    .max(FILE_AGE_SECONDS_MOST, `must be at most ${FILE_AGE_SECONDS_MOST}`)
    .default(DEFAULT_FILE_AGE_SECONDS_MAX),
  lanes: laneCount.optional(),
  lanesMax: laneCount.optional(),
});
export type RequestedConfig = z.infer<typeof requestedConfig>;

const taskNameBy = (rule: TaskNameRule) =>
  z.string().regex(TASK_NAMES[rule].pattern, TASK_NAMES[rule].words);

/** What a user asks for; unknown fields are refused by name. */
export const taskRequest = z.strictObject({
  source: readableText.min(1, 'is empty'),
  tableName: z.string().min(1, 'is empty').max(1024),
  taskName: taskNameBy('strict'),
  taskType: taskType.default('BASE_INC'),
  taskConfig: requestedConfig,
});
export type TaskRequest = z.infer<typeof taskRequest>;

/** The same, by the names that the installation allows. */
export const taskRequestBy: Readonly<Record<TaskNameRule, typeof taskRequest>> = {
  strict: taskRequest,
  samples: taskRequest.extend({ taskName: taskNameBy('samples') }),
};

const TASK_FIELDS = Object.keys(taskRequest.shape).join(', ');
const CONFIG_FIELDS = Object.keys(requestedConfig.shape).join(', ');

/** What would be right, by field; `…?` is for fields that are not known. */
export const TASK_REMEDIES: Remedies = {
  '': 'Send a JSON object.',
  revision: 'The revision that GET of the task shows, or leave it out.',
  '?': `Known are ${TASK_FIELDS}.`,
  source: 'Name a source; GET /v1/sources lists them.',
  tableName: 'Write it as in SQL: orders, public.orders or "Odd Schema"."Odd table".',
  taskName: 'For example daily-orders.',
  taskType: `One of ${taskType.options.join(', ')}.`,
  taskConfig: `An object with at least ossPrefix and ossBucket.`,
  'taskConfig?': `Known are ${CONFIG_FIELDS}.`,
  'taskConfig.ossPrefix': 'For example orders/year=$yyyy/month=$MM.',
  'taskConfig.ossBucket': 'The name of an existing bucket, for example lake.',
  'taskConfig.ossEndpoint': 'For example https://s3.eu-central-1.amazonaws.com.',
  'taskConfig.region': 'For example eu-central-1.',
  'taskConfig.ossStsRole': 'A role that the operator has configured.',
  'taskConfig.format': 'Only Parquet.',
  'taskConfig.eventTimeColumn': 'An object: {"columnName": …, "timeFormat": …}.',
  'taskConfig.eventTimeColumn?': 'Known are columnName, timeFormat.',
  'taskConfig.eventTimeColumn.columnName': 'A column of the table.',
  'taskConfig.eventTimeColumn.timeFormat': `One of ${timeFormat.options.join(', ')}.`,
  'taskConfig.timeZone': 'An IANA name, for example Europe/Berlin or UTC.',
  'taskConfig.parquetSchema': '"auto", or a list of columns.',
  'taskConfig.parquetSchema?': `Known are ${Object.keys(columnShape.shape).join(', ')}.`,
  'taskConfig.parquetSchema.columnName': 'A column of the table.',
  'taskConfig.parquetSchema.ossColumnName': 'The name that the column gets in the objects.',
  'taskConfig.parquetSchema.type': `One of ${deliveryType.options.join(', ')}.`,
  'taskConfig.parquetSchema.encode': `One of ${columnEncoding.options.join(', ')}.`,
  'taskConfig.parquetSchema.typeExtend':
    'For a DECIMAL its digits: 10,2. For a LIST its element: INT64. For a MAP key and value: UTF8,INT64.',
  'taskConfig.codec': `One of ${codec.options.join(', ')}.`,
  'taskConfig.deletes': `One of ${deletes.options.join(', ')}.`,
  'taskConfig.ossDirtyPrefix': 'A folder without variables, for example orders-dirty.',
  'taskConfig.schemaChanges': `One of ${schemaChanges.options.join(', ')}.`,
  'taskConfig.fileBytesTarget': `A whole number from ${FILE_BYTES_MIN} to ${FILE_BYTES_MAX}.`,
  'taskConfig.fileAgeSecondsMax': `A number from ${FILE_AGE_SECONDS_LEAST} to ${FILE_AGE_SECONDS_MOST}.`,
  'taskConfig.lanes': `A whole number from 1 to ${LANES_MAX}; lanes grow by themselves without it.`,
  'taskConfig.lanesMax': `A whole number from the lanes at first to ${LANES_MAX}.`,
};
