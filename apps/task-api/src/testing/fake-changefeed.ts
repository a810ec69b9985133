import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Finding, TableColumn } from '@lakeferry/contracts';

/** Answers the inspection API with tables and findings that a test sets. */
export class FakeChangefeed implements AsyncDisposable {
  /** Columns by canonical table name. */
  readonly tables = new Map<string, readonly TableColumn[]>();
  findings: readonly Finding[] = [];
  /** Answers nothing but this error while it is set. */
  failure: { status: number; code: string; message: string } | undefined;
  readonly asked: { action: string; body: Record<string, unknown> }[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
        const action = (request.url ?? '').replace('/inspect/', '');
        this.asked.push({ action, body });
        const { status, json } = this.answer(action, body);
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(json));
      });
    });
  }

  static async open(): Promise<FakeChangefeed> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeChangefeed(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private answer(action: string, { table }: Record<string, unknown>) {
    if (this.failure !== undefined) {
      const { status, ...json } = this.failure;
      return { status, json };
    }
    if (action === 'tables') {
      const tables = [...this.tables.keys()].map((name) => ({
        ...{ table: name, kind: 'table', rowsEstimate: 1, bytes: 8192 },
      }));
      return { status: 200, json: { tables } };
    }
    if (action === 'check') return { status: 200, json: { findings: this.findings } };
    const columns = this.tables.get(String(table));
    if (columns !== undefined) {
      return { status: 200, json: { table, oid: 1, columns, key: [columns[0]?.name] } };
    }
    const message = `the source has no table ${String(table)}`;
    return { status: 404, json: { code: 'NOT_FOUND', message } };
  }
}

/** A column as the inspection API describes it. */
export function column(name: string, type: string, change: Partial<TableColumn> = {}): TableColumn {
  const digits = { precision: null, scale: null };
  return { name, type, sqlType: type, ...digits, notNull: false, generated: false, ...change };
}
