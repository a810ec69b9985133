import {
  FILE_HEADERS,
  LANE_CHECKPOINT_KEY,
  type DirtyRecord,
  type FileMark,
  type FileRecordKind,
  type FileSeal,
  type LaneCheckpoint,
  type TaskTopics,
} from '@lakeferry/contracts';
import type { TopicMessage, TopicMessages } from '@lakeferry/kafka';

/** A file on its way out: its bytes in chunks, and what is said of it. */
export interface FinishedFile {
  readonly seal: FileSeal;
  readonly chunks: readonly Uint8Array<ArrayBuffer>[];
  readonly dirty: readonly DirtyRecord[];
}

/** What becomes visible together. */
export interface LaneTransaction {
  readonly topics: TaskTopics;
  readonly lane: number;
  readonly files: readonly FinishedFile[];
  /** Null where it says nothing new. */
  readonly mark: FileMark | null;
  readonly checkpoint: LaneCheckpoint;
}

/** The records of one transaction: per file its chunks and then its seal, the mark behind them all. */
export function laneMessages(transaction: LaneTransaction): readonly TopicMessages[] {
  const { topics, lane: partition, files, mark, checkpoint } = transaction;
  const fileRecords = files.flatMap((file) => fileMessages(file, partition));
  if (mark !== null) {
    const headers = headersOf('mark');
    fileRecords.push({ partition, key: 'mark', value: JSON.stringify(mark), headers });
  }
  const dirtyRecords = files.flatMap(({ dirty }) =>
    dirty.map((record) => ({ partition, key: record.reason, value: JSON.stringify(record) })),
  );
  const checkpointRecord = {
    partition,
    key: LANE_CHECKPOINT_KEY,
    value: JSON.stringify(checkpoint),
  };
  const messages: TopicMessages[] = [{ topic: topics.lanes, messages: [checkpointRecord] }];
  if (dirtyRecords.length > 0) messages.push({ topic: topics.dirty, messages: dirtyRecords });
  if (fileRecords.length > 0) {
    messages.push({ topic: topics.files, messages: fileRecords, compression: 'none' });
  }
  return messages;
}

function fileMessages({ seal, chunks }: FinishedFile, partition: number): TopicMessage[] {
  const key = seal.fileId;
  const records: TopicMessage[] = chunks.map((chunk, index) => ({
    partition,
    key,
    value: Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength),
    headers: { ...headersOf('chunk'), [FILE_HEADERS.chunk]: String(index) },
  }));
  records.push({ partition, key, value: JSON.stringify(seal), headers: headersOf('seal') });
  return records;
}

function headersOf(kind: FileRecordKind): Readonly<Record<string, string>> {
  return { [FILE_HEADERS.kind]: kind };
}
