import { sourceRecord, type SourceRecord } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import type { AssignedPartition, LaneBatch, PartitionProcessor } from '@lakeferry/kafka';
import type { SourceRuntime } from './source-runtime.js';

interface Owned {
  readonly sealedUrl: string;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

export interface SourceOwnerOptions {
  readonly open: (record: SourceRecord, stillOwner: () => Promise<boolean>) => SourceRuntime;
  readonly stillOwner: (partition: number) => Promise<boolean>;
}

/** Runs the sources whose partitions of `lakeferry.sources` this process was given. */
export class SourceOwner implements PartitionProcessor {
  private readonly owned = new Map<number, Owned>();

  constructor(private readonly options: SourceOwnerOptions) {}

  assigned(): 'beginning' {
    return 'beginning';
  }

  async process(partition: AssignedPartition, batch: LaneBatch): Promise<void> {
    const newest = batch.records.at(-1);
    if (newest === undefined) return;
    if (newest.value === null) return this.release(partition.index);
    const parsed = sourceRecord.safeParse(JSON.parse(newest.value.toString()));
    if (!parsed.success) {
      throw new DeliveryError('CONTRACT_VIOLATION', 'a source record can not be read');
    }
    if (this.owned.get(partition.index)?.sealedUrl === parsed.data.sealedUrl) return;
    await this.release(partition.index);
    this.own(partition, parsed.data);
  }

  released(partition: AssignedPartition): Promise<void> {
    return this.release(partition.index);
  }

  private own(partition: AssignedPartition, record: SourceRecord): void {
    const stop = new AbortController();
    const stillOwner = () => this.options.stillOwner(partition.index);
    const runtime = this.options.open(record, stillOwner);
    const done = runtime.run(stop.signal).catch((error: unknown) => partition.fail(error));
    this.owned.set(partition.index, { sealedUrl: record.sealedUrl, stop, done });
  }

  private async release(partition: number): Promise<void> {
    const owned = this.owned.get(partition);
    if (owned === undefined) return;
    this.owned.delete(partition);
    owned.stop.abort();
    await owned.done;
  }
}
