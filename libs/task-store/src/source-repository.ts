import { GLOBAL_TOPICS, type SourceRecord } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import type { PrismaClient, Source } from './generated/client.js';
import { OutboxRepository } from './outbox-repository.js';
import { translated } from './prisma-errors.js';

export interface StoredSource {
  readonly name: string;
  readonly kind: 'postgres';
  readonly sealedUrl: string;
  readonly partition: number;
  readonly createdAt: Date;
}

/** Any fixed number: the lock under which partitions are allotted. */
const PARTITION_LOCK = 7_215_303n;

export class SourceRepository {
  constructor(private readonly prisma: PrismaClient) {}

  /**
   * Stores a source with the next free partition of `lakeferry.sources`, and its record for the
   * outbox, in one transaction. The topic must have that partition before the record is published.
   *
   * @throws DeliveryError ALREADY_EXISTS
   */
  async create(source: { name: string; sealedUrl: string }): Promise<StoredSource> {
    return translated(() =>
      this.prisma.$transaction(async (transaction) => {
        // Raw: Prisma's API has no advisory locks.
        await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${PARTITION_LOCK})`;
        if ((await transaction.source.count({ where: { name: source.name } })) > 0) {
          throw new DeliveryError('ALREADY_EXISTS', `there is a source ${source.name} already`);
        }
        const { _max } = await transaction.source.aggregate({ _max: { partition: true } });
        const partition = (_max.partition ?? -1) + 1;
        const row = await transaction.source.create({
          data: { ...source, kind: 'postgres', partition },
        });
        await OutboxRepository.put(transaction, [recordOf(toStored(row))]);
        return toStored(row);
      }),
    );
  }

  /** Replaces the URL of an existing source. */
  async changeUrl(name: string, sealedUrl: string): Promise<void> {
    await translated(() =>
      this.prisma.$transaction(async (transaction) => {
        const row = await transaction.source.update({ where: { name }, data: { sealedUrl } });
        await OutboxRepository.put(transaction, [recordOf(toStored(row))]);
      }),
    );
  }

  async find(name: string): Promise<StoredSource | undefined> {
    const row = await translated(() => this.prisma.source.findUnique({ where: { name } }));
    return row === null ? undefined : toStored(row);
  }

  async list(): Promise<readonly StoredSource[]> {
    const rows = await translated(() => this.prisma.source.findMany({ orderBy: { name: 'asc' } }));
    return rows.map(toStored);
  }
}

function toStored(row: Source): StoredSource {
  const { name, sealedUrl, partition, createdAt } = row;
  return { name, kind: 'postgres', sealedUrl, partition, createdAt };
}

function recordOf({ name, kind, sealedUrl, partition }: StoredSource) {
  const value: SourceRecord = { v: 1, name, kind, sealedUrl, partition };
  return { topic: GLOBAL_TOPICS.sources, partition, key: name, value: JSON.stringify(value) };
}
