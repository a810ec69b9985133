import { dirtyRecord, taskTopics, type DirtyRecord } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import { readTopicTail, type FollowedRecord, type KafkaConnection } from '@lakeferry/kafka';
import { SerialQueue } from '@lakeferry/runtime';

/** A dirty field as it is shown. */
export interface DirtyFieldView extends Omit<DirtyRecord, 'v'> {
  readonly lane: number;
}

type TailRecord = Pick<FollowedRecord, 'partition' | 'offset' | 'timestamp' | 'value'>;

/** Readings that may wait for the one under way. */
const WAITING_MAX = 8;

/** The newest dirty fields of tasks, read from the ends of their topics when somebody asks. */
export class DirtyFields {
  private readonly readings = new SerialQueue();

  constructor(private readonly kafka: KafkaConnection) {}

  /** Newest first. @throws DeliveryError KAFKA_UNAVAILABLE also when too many ask at once */
  async list(
    task: { readonly taskName: string; readonly taskId: string },
    limit: number,
  ): Promise<readonly DirtyFieldView[]> {
    if (this.readings.size > WAITING_MAX) {
      throw new DeliveryError('KAFKA_UNAVAILABLE', 'too many ask for dirty fields: try again');
    }
    const { kafka } = this;
    const topic = taskTopics(task.taskName, task.taskId).dirty;
    return this.readings.run(async () => {
      // Made with the task, a moment after it is stored; gone a moment before it is.
      if (!(await kafka.topics.topicExists(topic))) return [];
      return newestFields(await readTopicTail({ kafka, topic, recordsMax: limit }), limit);
    });
  }
}

/** The newest of some records of all lanes; what is of no known form is left out. Pure. */
export function newestFields(
  records: readonly TailRecord[],
  limit: number,
): readonly DirtyFieldView[] {
  return [...records]
    .sort((a, b) => b.timestamp - a.timestamp || b.partition - a.partition || compare(b, a))
    .flatMap(({ partition: lane, value }) => {
      const parsed = dirtyRecord.safeParse(jsonOf(value));
      if (!parsed.success) return [];
      const { v: _, ...field } = parsed.data;
      return [{ lane, ...field }];
    })
    .slice(0, limit);
}

function compare(a: TailRecord, b: TailRecord): number {
  return a.offset < b.offset ? -1 : a.offset > b.offset ? 1 : 0;
}

function jsonOf(value: Buffer | null): unknown {
  try {
    return JSON.parse(value?.toString('utf8') ?? '');
  } catch {
    return undefined;
  }
}
