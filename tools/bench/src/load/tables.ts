/** A table that a bench writes and delivers, and how its rows are made from their key. */
export interface BenchTable {
  /** With its schema. */
  readonly name: string;
  readonly columns: readonly BenchColumn[];
}

interface BenchColumn {
  readonly name: string;
  readonly type: string;
  /** An SQL expression of `id`. */
  readonly value: string;
}

/** The table of the figures: seven columns, some 130 bytes a row. */
export const ORDERS: BenchTable = {
  name: 'public.orders',
  columns: [
    { name: 'id', type: 'bigint', value: 'id' },
    { name: 'note', type: 'text', value: "md5(id::text) || ' ' || (id % 997)" },
    { name: 'amount', type: 'double precision', value: '(id * 7919 % 10000019) / 97.0' },
    { name: 'quantity', type: 'bigint', value: 'id % 1013' },
    { name: 'paid', type: 'boolean', value: 'id % 3 = 0' },
    {
      name: 'ordered_at',
      type: 'timestamptz',
      value: "timestamptz '2026-01-01 00:00:00Z' + id * interval '17.003 seconds'",
    },
    {
      name: 'city',
      type: 'text',
      value:
        "(ARRAY['Hangzhou','Beijing','Shanghai','Shenzhen','Singapore','Frankfurt'])[1 + id % 6]",
    },
  ],
};

/** Rows of a thousand bytes whose times are spread over so many days. */
export function fatOrders(days: number): BenchTable {
  const columns = ORDERS.columns.map((column) => {
    if (column.name === 'note') {
      return { ...column, value: "repeat(md5(id::text), 28) || ' ' || (id % 997)" };
    }
    if (column.name !== 'ordered_at') return column;
    const at = `timestamptz '2023-01-01 00:00:00Z' + (id % ${days}) * interval '1 day'`;
    return { ...column, value: at };
  });
  return { name: `public.over_${days}_days`, columns };
}

const WIDE_COLUMNS = 50;

/** Fifty columns of the kinds that tables of records have, a fifth of the values null. */
export const WIDE: BenchTable = {
  name: 'public.wide',
  columns: [
    { name: 'id', type: 'bigint', value: 'id' },
    ...Array.from({ length: WIDE_COLUMNS - 1 }, (_, at) => wideColumn(at + 1)),
  ],
};

function wideColumn(at: number): BenchColumn {
  const name = `c${at}`;
  const orNull = (value: string) => `CASE WHEN (id + ${at}) % 5 = 0 THEN NULL ELSE ${value} END`;
  switch (at % 5) {
    case 0:
      return { name, type: 'bigint', value: orNull(`id * ${at}`) };
    case 1:
      return { name, type: 'text', value: orNull(`'value ' || (id * ${at} % 100003)`) };
    case 2:
      return { name, type: 'double precision', value: orNull(`id / ${at}.0`) };
    case 3:
      return { name, type: 'boolean', value: orNull(`(id + ${at}) % 2 = 0`) };
    default:
      return {
        name,
        type: 'timestamptz',
        value: orNull(`timestamptz '2026-01-01 00:00:00Z' + id * interval '${at} seconds'`),
      };
  }
}

export function createTableSql({ name, columns }: BenchTable): string {
  const list = columns.map((column) => `"${column.name}" ${column.type}`);
  return `CREATE TABLE ${name} (${list.join(', ')}, PRIMARY KEY (id))`;
}

/** Inserts the rows with keys from one SQL expression to another. */
export function insertRowsSql({ name, columns }: BenchTable, from: string, to: string): string {
  const values = columns.map(({ value }) => value).join(', ');
  return `INSERT INTO ${name} SELECT ${values} FROM generate_series(${from}, ${to}) AS id`;
}
