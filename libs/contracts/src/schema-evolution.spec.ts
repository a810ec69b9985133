import { describe, expect, it } from '@jest/globals';
import type { DeliveryColumn } from './delivery-schema.js';
import { withColumnChanges, type ColumnChange } from './schema-evolution.js';
import type { TaskConfig } from './task.js';

function column(columnName: string, sourceType = 'text'): DeliveryColumn {
  return { columnName, ossColumnName: columnName, type: 'UTF8', encode: 'PLAIN', sourceType };
}

function config(schema: DeliveryColumn[], eventTime?: string): TaskConfig {
  const eventTimeColumn = eventTime && { columnName: eventTime, sourceType: 'timestamptz' };
  return { schema, ...(eventTimeColumn && { eventTimeColumn }) } as TaskConfig;
}

function altered(version: number, from: string, columnName: string, sourceType = 'text') {
  return { version, kind: 'altered', from, columnName, sourceType } as const;
}

const followed = (version: number, name: string): ColumnChange => ({
  ...{ version, kind: 'followed', column: column(name) },
});

const names = ({ schema }: TaskConfig) =>
  schema.map(({ columnName, ossColumnName }) => `${ossColumnName} < ${columnName}`);

describe('withColumnChanges', () => {
  const both = config([column('a'), column('b')]);

  it('appends what was followed, once, and not what the wish has under that name already', () => {
    const changes = [followed(2, 'c'), followed(3, 'b')];
    expect(names(withColumnChanges(both, changes, 1))).toEqual(['a < a', 'b < b', 'c < c']);
  });

  it('leaves what the wish knows to the wish', () => {
    expect(names(withColumnChanges(both, [followed(2, 'c')], 2))).toEqual(['a < a', 'b < b']);
  });

  it('exchanges names that were exchanged at one point', () => {
    const changes = [altered(2, 'a', 'b'), altered(2, 'b', 'a')];
    expect(names(withColumnChanges(both, changes, 1))).toEqual(['a < b', 'b < a']);
  });

  it('applies versions one after the other, in every place that a column is used', () => {
    const twice = { ...column('a'), ossColumnName: 'again' };
    const timed = config([column('a'), twice], 'a');
    const changed = withColumnChanges(
      timed,
      [altered(3, 'x', 'y', 'int8'), altered(2, 'a', 'x')],
      1,
    );
    expect(names(changed)).toEqual(['a < y', 'again < y']);
    expect(changed.eventTimeColumn).toEqual({ columnName: 'y', sourceType: 'int8' });
  });

  it('takes a metadata column for no column of the table', () => {
    const op = column('$op', '$op');
    expect(withColumnChanges(config([op]), [altered(2, '$op', 'x')], 1).schema).toEqual([op]);
  });
});
