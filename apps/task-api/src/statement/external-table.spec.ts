import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { TASK_CONFIG_DEFAULTS, type DeliveryColumn, type TaskConfig } from '@lakeferry/contracts';
import { ENGINES, externalTableStatement, type Engine } from './external-table.js';

/**
 * One file per engine with its statement for each case. After a change that is meant:
 * `UPDATE_GOLDEN=1` rewrites them, and their difference is what there is to review.
 */
const GOLDEN = join(dirname(fileURLToPath(import.meta.url)), 'golden');

function column(ossColumnName: string, change: Partial<DeliveryColumn> = {}): DeliveryColumn {
  const base = { columnName: ossColumnName, ossColumnName, sourceType: 'text' };
  return { ...base, type: 'UTF8', encode: 'PLAIN', ...change };
}

const CONFIG: TaskConfig = {
  ...{ ossPrefix: 'shop/orders/year=$yyyy/month=$MM', ossBucket: 'lake', format: 'Parquet' },
  ...{ timeZone: 'UTC', fileBytesTarget: 1, fileAgeSecondsMax: 1 },
  ...TASK_CONFIG_DEFAULTS,
  schema: [column('id', { type: 'INT64' }), column('note')],
};

const ALL_TYPES: DeliveryColumn[] = [
  column('flag', { type: 'BOOL' }),
  column('whole', { type: 'INT32' }),
  column('big', { type: 'INT64' }),
  column('real', { type: 'FLOAT' }),
  column('double', { type: 'DOUBLE' }),
  column('text', { type: 'UTF8' }),
  column('bytes', { type: 'BINARY' }),
  column('day', { type: 'DATE' }),
  column('money', { type: 'DECIMAL', precision: 18, scale: 4 }),
  column('widest', { type: 'DECIMAL', precision: 38, scale: 0 }),
  column('at_ms', { type: 'TIMESTAMP_MILLIS', sourceType: 'timestamptz' }),
  column('at_us', { type: 'TIMESTAMP_MICROS', sourceType: 'timestamptz' }),
  column('wall', { type: 'TIMESTAMP_MICROS', sourceType: 'timestamp' }),
  column('old', { type: 'INT96', sourceType: 'timestamptz' }),
  column('clock_ms', { type: 'TIME_MILLIS', sourceType: 'time' }),
  column('clock_us', { type: 'TIME_MICROS', sourceType: 'time' }),
  column('span', { type: 'INTERVAL', sourceType: 'interval' }),
  column('numbers', { type: 'LIST', elements: [{ type: 'INT64' }] }),
  column('prices', { type: 'LIST', elements: [{ type: 'DECIMAL', precision: 10, scale: 2 }] }),
  column('clocks', { type: 'LIST', elements: [{ type: 'TIME_MICROS' }] }),
  column('labels', { type: 'MAP', elements: [{ type: 'UTF8' }, { type: 'INT64' }] }),
  column('words', { type: 'LIST' }),
];

const ODD_NAMES: DeliveryColumn[] = [
  column('id', { type: 'INT64' }),
  column('ID', { type: 'INT64' }),
  column('renamed', { columnName: 'original' }),
  column('odd `name` "quoted"'),
  column("it's"),
  column('a.b:c,d;e'),
  column('größe'),
  column('back\\slash'),
  column('line\nbreak'),
  column('select'),
  column('1st'),
  column('Year', { type: 'INT64' }),
];

const METADATA: DeliveryColumn[] = [
  column('id', { type: 'INT64' }),
  column('$op', { sourceType: '$op' }),
  column('$commitTime', { type: 'TIMESTAMP_MICROS', sourceType: '$commitTime' }),
  column('lsn', {
    columnName: '$lsn',
    type: 'DECIMAL',
    sourceType: '$lsn',
    precision: 20,
    scale: 0,
  }),
];

const OSS = { ossEndpoint: 'oss-cn-hangzhou.aliyuncs.com', region: 'cn-hangzhou' };
const LOCAL = { ossEndpoint: 'http://127.0.0.1:9000', region: 'us-east-1' };

const CASES: Readonly<Record<string, Partial<TaskConfig>>> = {
  'folders of Hive': {},
  'all types': { schema: ALL_TYPES },
  'odd names': { schema: ODD_NAMES },
  'columns of the change': { schema: METADATA },
  'plain folders': { ossPrefix: 'shop/$yyyy/$MM' },
  'plain and named folders': { ossPrefix: 'shop/$yyyy/month=$MM/part' },
  'no variable': { ossPrefix: 'shop/orders' },
  'the day in one folder': { ossPrefix: 'ds=$yyyy$MM$dd' },
  'constant folders': { ossPrefix: 'env=prod/day=$dd/kind=a b' },
  'odd folders': { ossPrefix: "it's/a*b/_hidden/year=$yyyy/_x=1" },
  'on OSS': OSS,
  'plain folders on OSS': { ...OSS, ossPrefix: 'shop/$yyyy/$MM' },
  'on a store of its own': LOCAL,
  'nothing to read': { schema: [column('year')] },
};

const statement = (engine: Engine, change: Partial<TaskConfig> = {}, taskName = 'daily-orders') =>
  externalTableStatement(engine, { taskName, config: { ...CONFIG, ...change } });

const page = (engine: Engine) =>
  Object.entries(CASES)
    .map(([name, change]) => `-- # ${name}\n\n${statement(engine, change)}\n`)
    .join('\n');

describe('the statement of the external table', () => {
  it.each(ENGINES)('for %s', (engine) => {
    const file = join(GOLDEN, `${engine}.sql`);
    if (process.env['UPDATE_GOLDEN'] === '1') {
      mkdirSync(GOLDEN, { recursive: true });
      writeFileSync(file, page(engine));
    }
    expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe(page(engine));
  });

  it.each(ENGINES)('of %s holds no name that could end a comment', (engine) => {
    const noted = statement(engine, { schema: [column('id'), column('x\n; DROP TABLE y; --')] });
    const comments = noted.split('\n').filter((line) => line.startsWith('--'));
    expect(comments.join('\n')).not.toMatch(/^; DROP/m);
    const bare = noted.split('\n').filter((line) => line.startsWith('; DROP'));
    for (const line of bare) expect(quotedAround(noted, line)).toBe(true);
  });

  it.each([
    ['orders_0_12', true],
    ['year=2026/month=11/orders_0_12', true],
    ['shop/orders/year=2026/month=11/orders_11_12', true],
    ['year=2026/my-orders_0_12', false],
    ['my-orders_0_12', false],
    ['year=2026/orders_archive_0_12', false],
    ['year=2026/orders_0_12/other', false],
  ])('of snowflake and the key %s: %p', (key, expected) => {
    const pattern = /PATTERN = '(.*)'/.exec(statement('snowflake', {}, 'orders'))?.[1] ?? '';
    expect(new RegExp(`^(?:${pattern})$`).test(key)).toBe(expected);
  });

  it.each(ENGINES)('of %s says where there are no partitions', (engine) => {
    expect(statement(engine, { ossPrefix: 'a/$yyyy/x' })).toContain('-- No folder');
    expect(statement(engine, { ossPrefix: 'a' })).toContain('-- The prefix has no time variable');
    expect(statement(engine, { ossPrefix: 'a/$yyyy/x' })).not.toContain('PARTITIONED');
  });

  it.each(ENGINES)('of %s holds no credentials', (engine) => {
    expect(statement(engine, LOCAL)).not.toMatch(/SECRET(_KEY)? =? ?'(?!<)/);
  });

  it('names a table so that no engine needs quotes', () => {
    expect(statement('hive', {}, '2024-orders')).toContain('TABLE `t_2024_orders` ');
  });
});

/** Whether a line is the inside of a quoted name that began on the line before. */
function quotedAround(text: string, line: string): boolean {
  const before = text.slice(0, text.indexOf(line));
  return /[`"'][^\n`"']*\n$/.test(before);
}
