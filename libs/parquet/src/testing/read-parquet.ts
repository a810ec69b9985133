import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
} from '@duckdb/node-api';

/** A value as an independent reader sees it: times as micros, dates as days, decimals unscaled. */
export type ReadValue = string | number | bigint | boolean | Uint8Array | null;

let instance: Promise<DuckDBInstance> | undefined;

/** Runs a query over a Parquet file, named `$file` in the query, with DuckDB. */
export async function queryParquet(
  chunks: readonly Uint8Array[],
  query = 'SELECT * FROM $file',
): Promise<ReadValue[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'lakeferry-parquet-'));
  try {
    const file = join(folder, 'file.parquet');
    await writeFile(file, Buffer.concat(chunks));
    const connection = await (await (instance ??= DuckDBInstance.create())).connect();
    try {
      const result = await connection.runAndReadAll(query.replaceAll('$file', `'${file}'`));
      return result.getRows().map((row) => row.map(plainValue));
    } finally {
      connection.closeSync();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

function plainValue(value: unknown): ReadValue {
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue) {
    return value.micros;
  }
  if (value instanceof DuckDBTimestampMillisecondsValue) return value.millis * 1000n;
  if (value instanceof DuckDBDateValue) return value.days;
  if (value instanceof DuckDBDecimalValue) return value.value;
  if (value instanceof DuckDBBlobValue) return value.bytes;
  return value as ReadValue;
}
