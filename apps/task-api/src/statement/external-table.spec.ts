import { describe, expect, it } from '@jest/globals';
import { TASK_CONFIG_DEFAULTS, type DeliveryColumn, type TaskConfig } from '@lakeferry/contracts';
import { externalTableStatement } from './external-table.js';
import { partitionLayout } from './partition-layout.js';

function column(ossColumnName: string, change: Partial<DeliveryColumn> = {}): DeliveryColumn {
  const base = { columnName: ossColumnName, ossColumnName, sourceType: 'x' };
  return { ...base, type: 'UTF8', encode: 'PLAIN', ...change };
}

const CONFIG: TaskConfig = {
  ...{ ossPrefix: 'shop/orders/year=$yyyy/month=$MM', ossBucket: 'lake', format: 'Parquet' },
  ...{ timeZone: 'UTC', fileBytesTarget: 1, fileAgeSecondsMax: 1 },
  ...TASK_CONFIG_DEFAULTS,
  schema: [
    column('id', { type: 'INT64' }),
    column('odd `name`'),
    column('total', { type: 'DECIMAL', precision: 10, scale: 2 }),
    column('at', { type: 'TIMESTAMP_MICROS' }),
  ],
};

function statement(engine: 'hive' | 'spark' | 'duckdb', change: Partial<TaskConfig> = {}) {
  return externalTableStatement(engine, {
    taskName: 'daily-orders',
    config: { ...CONFIG, ...change },
  });
}

describe('the layout of a prefix', () => {
  const year = { name: 'year', type: 'int' };
  it.each([
    ['a/b', 'a/b', [], false],
    ['a/year=$yyyy', 'a', [year], true],
    ['year=$yyyy', '', [year], true],
    ['a/day=$yyyy-$MM', 'a', [{ name: 'day', type: 'string' }], true],
    ['a/year=$yyyy/k=v', 'a', [year, { name: 'k', type: 'string' }], true],
    ['a/k=v/year=$yyyy', 'a/k=v', [year], true],
    ['a/$yyyy/month=$MM', 'a', [{ name: 'month', type: 'int' }], false],
    [
      'a/x=$yyyy/X=$MM',
      'a',
      [
        { name: 'x', type: 'int' },
        { name: 'X', type: 'int' },
      ],
      false,
    ],
    ['a/$yyyy=x', 'a', [], false],
  ])('%s', (prefix, location, columns, isDiscoverable) => {
    expect(partitionLayout(prefix)).toEqual({ location, columns, isDiscoverable });
  });
});

describe('the statement of the external table', () => {
  it('for Hive', () => {
    expect(statement('hive')).toBe(
      [
        'CREATE EXTERNAL TABLE `daily_orders` (',
        '  `id` BIGINT,\n  `odd ``name``` STRING,\n  `total` DECIMAL(10,2),\n  `at` TIMESTAMP\n)',
        'PARTITIONED BY (`year` INT, `month` INT)',
        'STORED AS PARQUET',
        "LOCATION 's3a://lake/shop/orders/';",
        'MSCK REPAIR TABLE `daily_orders`;',
      ].join('\n'),
    );
  });

  it('for Spark', () => {
    expect(statement('spark')).toContain(
      "  `year` INT,\n  `month` INT\n)\nUSING PARQUET\nPARTITIONED BY (`year`, `month`)\nLOCATION 's3a://lake/shop/orders/';",
    );
  });

  it('for DuckDB, of this task only', () => {
    const text = statement('duckdb', { ossEndpoint: 'http://127.0.0.1:9000', region: 'eu' });
    expect(text).toContain("read_parquet('s3://lake/shop/orders/**/daily-orders_*'");
    expect(text).toContain("hive_types = {'year': INT, 'month': INT}");
    expect(text).toContain("ENDPOINT '127.0.0.1:9000',\n  URL_STYLE 'path',\n  USE_SSL false");
    expect(text).not.toMatch(/SECRET '(?!<)/);
  });

  it("uses the scheme of Alibaba's stores for them", () => {
    const ossEndpoint = 'https://oss-cn-hangzhou.aliyuncs.com';
    expect(statement('hive', { ossEndpoint })).toContain("'oss://lake/shop/orders/'");
  });

  it('leaves a column that is a folder too to the folder', () => {
    const schema = [column('id'), column('Year')];
    expect(statement('hive', { schema })).not.toContain('`Year`');
  });

  it.each(['hive', 'spark', 'duckdb'] as const)(
    'of %s says where there are no partitions',
    (engine) => {
      expect(statement(engine, { ossPrefix: 'a/$yyyy' })).toMatch(/^-- No folder/);
      expect(statement(engine, { ossPrefix: 'a' })).toMatch(/^-- The prefix has no time variable/);
      expect(statement(engine, { ossPrefix: 'a/$yyyy' })).not.toContain('PARTITIONED');
    },
  );
});
