import {
  FILE_HEADERS,
  fileMark,
  fileSeal,
  type FileMark,
  type FileSeal,
} from '@lakeferry/contracts';
import { DeliveryError, type ErrorContext } from '@lakeferry/errors';

/** What of a record in `files` decides; the bytes of chunks are none of it. */
export interface FileRecord {
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** The file whose chunks are being read; chunks of one file are never mixed with another's. */
export interface OpenAssembly {
  readonly fileId: string;
  readonly chunks: number;
  readonly bytes: number;
}

export type AssemblyStep =
  | { readonly kind: 'begin'; readonly fileId: string; readonly chunk: Buffer }
  | { readonly kind: 'append'; readonly chunk: Buffer }
  | { readonly kind: 'seal'; readonly seal: FileSeal }
  | { readonly kind: 'mark'; readonly mark: FileMark };

/**
 * What a record means after those before it. A file is chunk 0 to n-1 and its seal in one
 * transaction, so anything else is a broken contract: a chunk that is missing, doubled or of another
 * file, a seal that counts otherwise.
 *
 * @throws DeliveryError CONTRACT_VIOLATION
 */
export function decideAssembly(
  open: OpenAssembly | undefined,
  record: FileRecord,
  lane: number,
): AssemblyStep {
  const kind = record.headers[FILE_HEADERS.kind];
  switch (kind) {
    case 'chunk':
      return decideChunk(open, record);
    case 'seal':
      return { kind: 'seal', seal: decideSeal(open, record, lane) };
    case 'mark': {
      if (open !== undefined) throw violation('a mark lies within a file', record);
      const mark = parse(fileMark, record);
      if (mark.lane !== lane) throw violation('a mark is of another lane', record);
      return { kind: 'mark', mark };
    }
    default:
      throw violation('a record is neither chunk, seal nor mark', record);
  }
}

/** Whether a record belongs to a file that began before it. */
export function isRest({ headers }: FileRecord): boolean {
  const kind = headers[FILE_HEADERS.kind];
  return kind === 'seal' || (kind === 'chunk' && headers[FILE_HEADERS.chunk] !== '0');
}

/**
 * The last check before a file goes on: the bytes are those that were sealed.
 *
 * @throws DeliveryError CONTRACT_VIOLATION
 */
export function checkDigest(seal: FileSeal, sha256: string, offset: bigint): void {
  if (seal.sha256 === sha256) return;
  throw violation('the bytes of a file differ from its seal', { offset }, { fileId: seal.fileId });
}

function decideChunk(open: OpenAssembly | undefined, record: FileRecord): AssemblyStep {
  const fileId = record.key?.toString() ?? '';
  const chunk = record.value;
  const index = Number(record.headers[FILE_HEADERS.chunk]);
  if (fileId === '' || chunk === null || chunk.length === 0) {
    throw violation('a chunk has no file id or no bytes', record);
  }
  if (open === undefined) {
    if (index !== 0) throw violation('a file starts in its middle', record, { chunk: index });
    return { kind: 'begin', fileId, chunk };
  }
  if (open.fileId !== fileId) throw violation('a file is not sealed', record, { ...open });
  if (open.chunks !== index)
    throw violation('a chunk is missing', record, { chunk: index, ...open });
  return { kind: 'append', chunk };
}

function decideSeal(open: OpenAssembly | undefined, record: FileRecord, lane: number): FileSeal {
  const seal = parse(fileSeal, record);
  const sealed = { fileId: seal.fileId, chunks: seal.chunks, bytes: seal.bytes };
  if (open === undefined) throw violation('a seal has no chunks', record, sealed);
  if (seal.fileId !== open.fileId || record.key?.toString() !== open.fileId) {
    throw violation('a seal is of another file', record, sealed);
  }
  if (seal.lane !== lane) throw violation('a seal is of another lane', record, sealed);
  if (seal.chunks !== open.chunks || seal.bytes !== open.bytes) {
    throw violation('a seal counts other chunks or bytes', record, sealed);
  }
  return seal;
}

interface Parser<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

function parse<T>(schema: Parser<T>, record: FileRecord): T {
  const parsed = schema.safeParse(json(record.value));
  if (!parsed.success) throw violation('a seal or mark is not of its form', record);
  return parsed.data;
}

function json(value: Buffer | null): unknown {
  try {
    return JSON.parse(value?.toString() ?? '');
  } catch {
    return undefined;
  }
}

function violation(
  what: string,
  { offset }: { readonly offset: bigint },
  context: ErrorContext = {},
): DeliveryError {
  return new DeliveryError('CONTRACT_VIOLATION', `${what} (files, offset ${offset})`, {
    context: { ...context, offset },
  });
}
