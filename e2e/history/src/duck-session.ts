import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

/** How DuckDB reaches an S3 endpoint. `httpfsFile` is the extension's file; without it DuckDB fetches its own. */
export interface S3Access {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly forcePathStyle: boolean;
  readonly httpfsFile?: string | undefined;
}

export type DuckRow = Readonly<Record<string, unknown>>;

/** An in-memory DuckDB that a reader of delivered objects works in. */
export class DuckSession {
  private constructor(
    private readonly instance: DuckDBInstance,
    readonly connection: DuckDBConnection,
  ) {}

  static async open(s3?: S3Access): Promise<DuckSession> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
    const session = new DuckSession(instance, await instance.connect());
    // Results come in the order asked for only; without this large reads buffer whole objects.
    await session.run('SET preserve_insertion_order = false');
    await session.run("SET TimeZone = 'UTC'");
    if (s3 !== undefined) await session.useS3(s3);
    return session;
  }

  async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  async rows(sql: string): Promise<DuckRow[]> {
    const reader = await this.connection.runAndReadAll(sql);
    return reader.getRowObjectsJS();
  }

  async count(sql: string): Promise<number> {
    const [row] = await this.rows(sql);
    return Number(Object.values(row ?? { count: 0 })[0] ?? 0);
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }

  private async useS3(s3: S3Access): Promise<void> {
    const load =
      s3.httpfsFile === undefined
        ? 'INSTALL httpfs; LOAD httpfs'
        : `LOAD ${sqlText(s3.httpfsFile)}`;
    await this.run(load);
    await this.run(s3SecretSql(s3));
  }
}

/** The statement by which DuckDB learns the endpoint and the key. */
export function s3SecretSql(s3: S3Access): string {
  const endpoint = new URL(s3.endpoint);
  return `CREATE OR REPLACE SECRET lake (TYPE s3, KEY_ID ${sqlText(s3.accessKeyId)}, SECRET ${sqlText(
    s3.secretAccessKey,
  )}, REGION ${sqlText(s3.region)}, ENDPOINT ${sqlText(endpoint.host)}, URL_STYLE ${sqlText(
    s3.forcePathStyle ? 'path' : 'vhost',
  )}, USE_SSL ${endpoint.protocol === 'https:'})`;
}

/** A string as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
