import { once } from 'node:events';
import type pg from 'pg';

/** What of pg's connection a COPY needs. */
interface CopyConnection {
  readonly stream: { readonly writableNeedDrain: boolean } & NodeJS.EventEmitter;
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}

/**
 * Streams `data` into a `COPY … FROM STDIN`, no faster than the server takes it.
 *
 * @returns when the server has taken all of it
 */
export async function copyIn(
  client: pg.Client,
  statement: string,
  data: AsyncIterable<Buffer>,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    client.query(new CopyIn(statement, data, { resolve, reject }));
  });
}

/** A query in pg's terms: the client calls these as messages of the server arrive. */
class CopyIn {
  private failure: Error | null = null;

  constructor(
    private readonly statement: string,
    private readonly data: AsyncIterable<Buffer>,
    private readonly outcome: { resolve(): void; reject(error: Error): void },
  ) {}

  submit(connection: unknown): void {
    (connection as CopyConnection).query(this.statement);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    this.send(connection).then(
      () => (this.failure === null ? connection.endCopyFrom() : undefined),
      (error: unknown) => connection.sendCopyFail(String(error)),
    );
  }

  handleCommandComplete(): void {
    // Ready-for-query follows: that is the end.
  }

  handleError(error: Error): void {
    this.failure = error;
    this.outcome.reject(error);
  }

  handleReadyForQuery(): void {
    if (this.failure === null) this.outcome.resolve();
  }

  private async send(connection: CopyConnection): Promise<void> {
    for await (const chunk of this.data) {
      if (this.failure !== null) return;
      connection.sendCopyFromChunk(chunk);
      if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain');
    }
  }
}
