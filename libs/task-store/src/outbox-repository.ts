import type { Prisma, PrismaClient } from './generated/client.js';
import { translated } from './prisma-errors.js';

/** A record that is to be published, in the transaction of what it tells. */
export interface OutboxRecord {
  readonly topic: string;
  readonly partition?: number;
  readonly key: string;
  /** `null` is a tombstone. */
  readonly value: string | null;
}

/** Any fixed number: the lock under which one process at a time publishes. */
const PUBLISH_LOCK = 7_215_302n;
/** Publishing a batch takes no longer than the producer's own limits. */
const PUBLISH_MS_MAX = 60_000;

export class OutboxRepository {
  constructor(private readonly prisma: PrismaClient) {}

  /** For repositories, inside their transaction. */
  static async put(
    transaction: Prisma.TransactionClient,
    records: readonly OutboxRecord[],
  ): Promise<void> {
    for (const { topic, partition, key, value } of records) {
      await transaction.outbox.create({
        data: { topic, partition: partition ?? null, key, value },
      });
    }
  }

  /**
   * Hands the oldest records to `publish` in order and forgets them once it resolves. One process at
   * a time: the order of the records of one key holds. A failure in between makes them come again.
   *
   * @returns how many were published
   */
  async publishNext(
    limit: number,
    publish: (records: readonly OutboxRecord[]) => Promise<void>,
  ): Promise<number> {
    return translated(() =>
      this.prisma.$transaction((transaction) => publishWithin(transaction, limit, publish), {
        maxWait: PUBLISH_MS_MAX,
        timeout: PUBLISH_MS_MAX,
      }),
    );
  }
}

async function publishWithin(
  transaction: Prisma.TransactionClient,
  limit: number,
  publish: (records: readonly OutboxRecord[]) => Promise<void>,
): Promise<number> {
  // Raw: Prisma's API has no advisory locks.
  const [lock] = await transaction.$queryRaw<{ held: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(${PUBLISH_LOCK}) AS held`;
  if (lock?.held !== true) return 0;
  const rows = await transaction.outbox.findMany({ orderBy: { seq: 'asc' }, take: limit });
  if (rows.length === 0) return 0;
  await publish(
    rows.map(({ topic, partition, key, value }) => ({
      topic,
      key,
      value,
      ...(partition === null ? {} : { partition }),
    })),
  );
  await transaction.outbox.deleteMany({ where: { seq: { in: rows.map((row) => row.seq) } } });
  return rows.length;
}
