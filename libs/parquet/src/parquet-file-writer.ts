import {
  Compression,
  EnabledStatistics,
  Encoding,
  Table,
  transformParquetStream,
  wasmMemory,
  WriterPropertiesBuilder,
  WriterVersion,
  type RecordBatch,
  type WriterProperties,
} from 'parquet-wasm';
import {
  physicalTypes,
  type Codec,
  type ColumnEncoding,
  type DeliveryColumn,
  type DeliverySchema,
  type PhysicalType,
} from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import { amendFile } from './footer/amend-footer.js';

/**
 * In the form `<application> version <version>`: readers of the parquet-mr family distrust the
 * statistics of files whose writer they can't parse.
 */
const CREATED_BY = 'lakeferry version 0.1.0';

/** One Parquet file that grows by row groups; encoded bytes are kept until they are taken. */
export class ParquetFileWriter {
  private readonly chunks: Uint8Array<ArrayBuffer>[] = [];
  private bytes = 0;
  private supply: Supply | null = null;
  private drained: Promise<void> = Promise.resolve();

  constructor(
    private readonly schema: DeliverySchema,
    private readonly codec: Codec,
  ) {}

  /** Bytes encoded so far; up to a page per column may still be inside the encoder. */
  get encodedBytes(): number {
    return this.bytes;
  }

  /** Encodes the rows of an Arrow IPC stream as one row group. One call at a time. */
  async append(ipc: Uint8Array): Promise<void> {
    this.supply ??= this.open();
    const { supply } = this;
    const table = Table.fromIPCStream(ipc);
    try {
      for (const batch of table.recordBatches()) {
        await Promise.race([supply.offer(batch), this.drained.then(endedEarly)]);
      }
    } finally {
      table.free();
    }
  }

  /** Ends the file and returns all its bytes, in pieces. */
  async finish(): Promise<Uint8Array<ArrayBuffer>[]> {
    if (this.supply === null) {
      throw new DeliveryError('INVARIANT_BROKEN', 'a file without rows was to be finished');
    }
    this.supply.end();
    await this.drained;
    return amendFile(this.chunks, this.schema);
  }

  /** Gives up the file and frees what the encoder holds of it. */
  async discard(): Promise<void> {
    if (this.supply === null) return;
    this.supply.end();
    await this.drained.catch(() => undefined);
    this.chunks.length = 0;
    this.bytes = 0;
  }

  private open(): Supply {
    const supply = new Supply();
    const properties = writerProperties(this.schema, this.codec);
    const encoded = transformParquetStream(supply.stream, properties) as Promise<EncodedStream>;
    this.drained = this.drain(encoded).catch((cause: unknown) => {
      throw new DeliveryError('INVARIANT_BROKEN', 'the Parquet encoder failed', { cause });
    });
    // The failure is told to whoever appends or finishes next.
    this.drained.catch(() => undefined);
    return supply;
  }

  private async drain(encoded: Promise<EncodedStream>): Promise<void> {
    const reader = (await encoded).getReader();
    for (;;) {
      const { done, value: chunk } = await reader.read();
      if (done) return;
      this.chunks.push(chunk);
      this.bytes += chunk.length;
    }
  }
}

type EncodedStream = ReadableStream<Uint8Array<ArrayBuffer>>;

/** Bytes of the WebAssembly memory that all writers of this thread share; it never shrinks. */
export function encoderMemoryBytes(): number {
  return (wasmMemory() as unknown as { readonly buffer: ArrayBuffer }).buffer.byteLength;
}

function endedEarly(): never {
  throw new DeliveryError('INVARIANT_BROKEN', 'the Parquet encoder ended before its file');
}

/** A stream that hands over one batch at a time, and tells when the encoder asks for the next. */
class Supply {
  readonly stream: ReadableStream<RecordBatch>;
  private controller: ReadableStreamDefaultController<RecordBatch> | null = null;
  private encoded: () => void = () => undefined;

  constructor() {
    this.stream = new ReadableStream<RecordBatch>(
      {
        start: (controller) => {
          this.controller = controller;
        },
        // Without a high-water mark the encoder's reads alone call it, and an encoder reads on only
        // when the batch before is encoded.
        pull: () => this.encoded(),
      },
      { highWaterMark: 0 },
    );
  }

  /** Resolves when the batch is encoded. */
  offer(batch: RecordBatch): Promise<void> {
    return new Promise<void>((resolve) => {
      this.encoded = resolve;
      this.controller?.enqueue(batch);
    });
  }

  end(): void {
    this.controller?.close();
  }
}

const COMPRESSIONS: Readonly<Record<Codec, Compression>> = {
  NONE: Compression.UNCOMPRESSED,
  SNAPPY: Compression.SNAPPY,
  GZIP: Compression.GZIP,
  ZSTD: Compression.ZSTD,
  // The codec that the format calls LZ4 is retired: its writers never agreed on a frame.
  LZ4: Compression.LZ4_RAW,
};

const ENCODINGS: Readonly<Record<Exclude<ColumnEncoding, 'PLAIN_DICTIONARY'>, Encoding>> = {
  PLAIN: Encoding.PLAIN,
  DELTA_BINARY_PACKED: Encoding.DELTA_BINARY_PACKED,
  DELTA_BYTE_ARRAY: Encoding.DELTA_BYTE_ARRAY,
  DELTA_LENGTH_BYTE_ARRAY: Encoding.DELTA_LENGTH_BYTE_ARRAY,
};

function writerProperties(schema: DeliverySchema, codec: Codec): WriterProperties {
  let builder = new WriterPropertiesBuilder()
    .setCreatedBy(CREATED_BY)
    .setCompression(COMPRESSIONS[codec])
    .setDictionaryEnabled(false)
    .setStatisticsEnabled(EnabledStatistics.Chunk)
    // Any batch exceeds it: every batch becomes one row group, as its size was decided before.
    .setMaxRowGroupBytes(1);
  // The encoder has dictionaries of fixed-length values in pages of version 2 only.
  if (schema.some(hasFixedDictionary)) builder = builder.setWriterVersion(WriterVersion.V2);
  // The encoder knows columns by name at the top only: what lies inside of them takes the default.
  // A task asks for one encoding there; a column that follows its table may differ, then all are PLAIN.
  const asked = new Set(schema.flatMap(({ elements, encode }) => (elements ? [encode] : [])));
  const [nested = 'PLAIN'] = asked.size === 1 ? asked : [];
  if (nested === 'PLAIN_DICTIONARY') builder = builder.setDictionaryEnabled(true);
  else builder = builder.setEncoding(ENCODINGS[nested]);
  for (const { ossColumnName, encode, elements } of schema) {
    if (elements !== undefined) continue;
    const inDictionary = encode === 'PLAIN_DICTIONARY';
    builder = builder.setColumnDictionaryEnabled(ossColumnName, inDictionary);
    if (!inDictionary) builder = builder.setColumnEncoding(ossColumnName, ENCODINGS[encode]);
  }
  return builder.build();
}

function hasFixedDictionary(column: DeliveryColumn): boolean {
  const isFixed = (type: PhysicalType) => type === 'FIXED_LEN_BYTE_ARRAY' || type === 'INT96';
  return column.encode === 'PLAIN_DICTIONARY' && physicalTypes(column).some(isFixed);
}
