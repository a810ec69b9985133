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
  private constructor(
    private readonly options: FencedLogOptions<S>,
    private producer: FencedProducer,
    /** The fold of all records that predecessors committed. */
    readonly state: S,
  ) {}

  /** Fences predecessors and reads what they committed. */
  static async open<S>(options: FencedLogOptions<S>): Promise<FencedLog<S>> {
    let state = options.initial;
    const producer = await openProducer(options, (key, value) => {
      state = options.fold(state, key, value);
    });
    return new FencedLog(options, producer, state);
  }

  /** One transaction, all or nothing; after an error this log is over and must be opened anew. */
  commit(messages: readonly TopicMessages[]): Promise<void> {
    return this.producer.commit({ messages });
  }

  /** Forgets every topic that the producer has seen: one that was deleted would fail each later send. */
  async renew(): Promise<void> {
    await this.producer.close();
    this.producer = await openProducer(this.options, () => undefined);
  }

  close(): Promise<void> {
    return this.producer.close();
  }
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
