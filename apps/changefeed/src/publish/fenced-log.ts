import { DeliveryError } from '@lakeferry/errors';
import {
  FencedProducer,
  type KafkaConnection,
  type PartitionId,
  type TopicMessages,
} from '@lakeferry/kafka';

export interface FencedLogOptions<S> {
  readonly kafka: KafkaConnection;
  readonly transactionalId: string;
  readonly checkpoint: PartitionId;
  readonly initial: S;
  readonly fold: (state: S, key: string, value: string | null) => S;
  readonly stillOwner: () => Promise<boolean> | boolean;
  readonly signal: AbortSignal;
}

/** A partition that only we write, what it says, and the producer that may write it. */
export class FencedLog<S> {
  /** The last record of the partition, as text. */
  private last: string | null = null;

  private constructor(
    private readonly options: FencedLogOptions<S>,
    private producer: FencedProducer,
    /** The fold of all records that predecessors committed. */
    readonly state: S,
  ) {}

  /** Fences predecessors and reads what they committed. */
  static async open<S>(options: FencedLogOptions<S>): Promise<FencedLog<S>> {
    let state = options.initial;
    let last: string | null = null;
    const producer = await openProducer(options, (key, value) => {
      state = options.fold(state, key, value);
      last = textOf(key, value);
    });
    const log = new FencedLog(options, producer, state);
    log.last = last;
    return log;
  }

  /** One transaction, all or nothing; after an error this log is over and must be opened anew. */
  async commit(messages: readonly TopicMessages[]): Promise<void> {
    await this.producer.commit({ messages });
    const { topic } = this.options.checkpoint;
    const own = messages.findLast((each) => each.topic === topic)?.messages.at(-1);
    if (own !== undefined) this.last = textOf(String(own.key), own.value?.toString() ?? null);
  }

  /**
   * Forgets every topic that the producer has seen: one that was deleted would fail each later send.
   *
   * @throws DeliveryError KAFKA_FENCED when somebody else has committed meanwhile: what is held in
   *   memory is behind the partition, and this log is over
   */
  async renew(): Promise<void> {
    await this.producer.close();
    let last: string | null = null;
    this.producer = await openProducer(this.options, (key, value) => {
      last = textOf(key, value);
    });
    if (last === this.last) return;
    throw new DeliveryError('KAFKA_FENCED', 'another process has written in between', {
      context: { ...this.options.checkpoint },
    });
  }

  close(): Promise<void> {
    return this.producer.close();
  }
}

function textOf(key: string, value: string | null): string {
  return JSON.stringify([key, value]);
}

function openProducer<S>(
  options: FencedLogOptions<S>,
  onRecord: (key: string, value: string | null) => void,
): Promise<FencedProducer> {
  const { kafka, transactionalId, checkpoint, stillOwner, signal } = options;
  return FencedProducer.open({
    kafka,
    transactionalId,
    checkpoint,
    stillOwner,
    signal,
    onCheckpoint: (record) => {
      if (record.key === null) return;
      onRecord(record.key.toString(), record.value === null ? null : record.value.toString());
    },
  });
}
