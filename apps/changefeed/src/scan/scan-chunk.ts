import type { ScanLeaf, ScanPosition } from '@lakeferry/contracts';
import {
  ByteBuffer,
  chunkAt,
  createScanRowWriter,
  readChunk,
  readWalPosition,
  waitUntilFlushed,
  type Lsn,
  type PgSession,
} from '@lakeferry/postgres';
import { failpoint } from '@lakeferry/runtime/failpoint';
import { IdentityRegister } from '../stream/identity-register.js';
import { LaneBuffer, type LaneRecord } from '../stream/lane-buffer.js';
import { isBehind } from './scan-progress.js';

/** Rows of a chunk that may be published: the source's WAL is flushed behind them. */
export interface ChunkPart {
  readonly records: LaneRecord[];
  readonly rows: number;
  readonly bytes: number;
  /** Last row of the part, null when the chunk is complete with it. */
  readonly within: [number, number] | null;
}

export interface ChunkReadOptions {
  readonly session: PgSession;
  /** A second connection, free while the first one copies. */
  readonly flushSession: PgSession;
  /** The table whose column numbers the writer's columns have. */
  readonly tableOid: number;
  readonly leaves: readonly ScanLeaf[];
  readonly chunkPages: number;
  readonly snapshot: string;
  readonly consistentPoint: Lsn;
  readonly writer: ReturnType<typeof createScanRowWriter>;
  readonly position: ScanPosition;
  /** A chunk with large values is published in parts of about this size. */
  readonly partBytes: number;
  readonly flushTimeLimitMs: number;
  readonly publish: (part: ChunkPart) => Promise<void>;
}

/** Reads the chunk at the scan's position and publishes it, in parts when its values are large. */
export async function readAndPublishChunk(options: ChunkReadOptions): Promise<void> {
  const reader = new ChunkReader(options);
  const { leaf, fromBlock, toBlock } = chunkAt(
    options.leaves,
    options.chunkPages,
    options.position.chunk,
  );
  await readChunk({
    session: options.session,
    leaf,
    fromBlock,
    toBlock,
    snapshot: options.snapshot,
    consistentPoint: options.consistentPoint,
    copyColumns: options.writer.copyColumns,
    tableOid: options.tableOid,
    flushTimeLimitMs: options.flushTimeLimitMs,
    sink: reader,
  });
  await reader.settled();
  await options.publish(reader.take(null));
}

class ChunkReader {
  private readonly lane = new LaneBuffer();
  private readonly line = new ByteBuffer();
  private readonly identity = new IdentityRegister();
  private rows = 0;
  private bytes = 0;
  private last: [number, number] = [0, 0];
  private flow: { hold(): void; release(): void } | null = null;
  private part: Promise<void> | null = null;
  private failure: unknown = null;

  constructor(private readonly options: ChunkReadOptions) {}

  start(flow: { hold(): void; release(): void }): void {
    this.flow = flow;
  }

  // eslint-disable-next-line max-params -- called once per row: no object per call
  row(buffer: Buffer, start: number, end: number, page: number, tuple: number): void {
    if (this.failure !== null) throw this.failure;
    if (!isBehind(this.options.position.within, page, tuple)) return;
    this.line.clear();
    this.options.writer.write(this.line, buffer, start, end, page, tuple);
    this.identity.page(page, tuple);
    this.lane.append(this.line.bytes, 0, this.line.length, this.identity);
    this.rows += 1;
    if (this.rows === 1) {
      void failpoint('changefeed.mid-chunk');
    }
    this.bytes += this.line.length;
    this.last[0] = page;
    this.last[1] = tuple;
    if (this.bytes >= this.options.partBytes) this.publishPart();
  }

  /** Everything gathered since the last part. */
  take(within: [number, number] | null): ChunkPart {
    const part = { records: this.lane.take(), rows: this.rows, bytes: this.bytes, within };
    this.rows = 0;
    this.bytes = 0;
    return part;
  }

  /** Resolves when the part under way is published. */
  async settled(): Promise<void> {
    await this.part;
    if (this.failure !== null) throw this.failure;
  }

  private publishPart(): void {
    if (this.flow === null || this.part !== null) return;
    const { flow } = this;
    flow.hold();
    const part = this.take([this.last[0], this.last[1]]);
    this.part = this.flushThenPublish(part)
      .catch((error: unknown) => {
        this.failure = error;
      })
      .finally(() => {
        this.part = null;
        flow.release();
      });
  }

  /** A crash of the source must not undo a commit that this part has already seen as "replaced". */
  private async flushThenPublish(part: ChunkPart): Promise<void> {
    const { flushSession, flushTimeLimitMs } = this.options;
    const { insertLsn } = await readWalPosition(flushSession);
    await waitUntilFlushed(flushSession, insertLsn, { timeLimitMs: flushTimeLimitMs });
    await this.options.publish(part);
  }
}
