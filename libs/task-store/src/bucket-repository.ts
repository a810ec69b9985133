import type { LaneBucket as Row, Prisma, PrismaClient } from './generated/client.js';
import type { BucketPlace, LaneBucket } from './ledger.js';
import { translated } from './prisma-errors.js';
import { TRANSACTION_LIMITS } from './transaction-limits.js';

/** An object that the ledger knows as visible. */
export interface VisibleObject {
  readonly objectKey: string;
  readonly visibleAt: Date;
}

const UNKNOWN: LaneBucket = {
  ...{ epoch: 0, createdAt: null, missing: false, redelivering: false },
  ...{ objects: 0, done: 0, lostObjects: 0, lostRows: 0, changedAt: null },
};

/**
 * What the writer of each lane knows of its bucket. A bucket that is created anew under its old name
 * begins a new epoch: a visible file is in the bucket when its epoch is the lane's.
 *
 * What goes over all files of a lane takes as long as there are files, so no transaction waits for it:
 * only the guarded update decides, and the counts are there to be shown.
 */
export class BucketRepository {
  constructor(private readonly prisma: PrismaClient) {}

  async of(place: BucketPlace): Promise<LaneBucket> {
    const where = { taskId_lane_destination: place };
    const row = await translated(() => this.prisma.laneBucket.findUnique({ where }));
    return row === null ? UNKNOWN : toBucket(row);
  }

  /** The bucket is the one that the lane delivered to. */
  async found(place: BucketPlace, createdAt: Date | null): Promise<void> {
    await this.save(place, { missing: false, createdAt });
  }

  /** The bucket is not there: when it is again it may be another one. */
  async missed(place: BucketPlace): Promise<void> {
    await this.save(place, { missing: true });
  }

  /**
   * The bucket is another one than that of `before`: a new epoch begins, and what is visible is to be
   * written again. Said twice it is done once.
   */
  async beginRedelivery(
    place: BucketPlace,
    before: Pick<LaneBucket, 'epoch'>,
    createdAt: Date | null,
  ): Promise<void> {
    await translated(async () => {
      const where = { ...place, state: 'visible' as const };
      const objects = BigInt(await this.prisma.ledgerFile.count({ where }));
      await this.prisma.laneBucket.createMany({ data: [place], skipDuplicates: true });
      await this.prisma.laneBucket.updateMany({
        where: { ...place, epoch: before.epoch },
        data: {
          ...{ epoch: before.epoch + 1, createdAt, missing: false, redelivering: true },
          ...{ objects, done: 0n, lostObjects: 0n, lostRows: 0n },
        },
      });
    });
  }

  /** Objects that turned out to be in the bucket. */
  async present(
    place: BucketPlace & { readonly epoch: number },
    keys: readonly string[],
  ): Promise<void> {
    const { epoch, ...where } = place;
    await translated(() =>
      this.prisma.$transaction(async (transaction) => {
        const { count } = await transaction.ledgerFile.updateMany({
          where: {
            ...{ ...where, state: 'visible', epoch: { lt: epoch } },
            objectKey: { in: [...keys] },
          },
          data: { epoch },
        });
        await transaction.laneBucket.updateMany({
          where: { ...where, epoch },
          data: { done: { increment: count } },
        });
      }, TRANSACTION_LIMITS),
    );
  }

  /**
   * Key prefixes of visible objects that are not known to be in the bucket, in order, a page at a time.
   *
   * @param after the last one of the page before
   */
  async absentUnder(
    place: BucketPlace & { readonly epoch: number },
    { limit, after = '' }: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<readonly string[]> {
    const { epoch, ...where } = place;
    const rows = await translated(() =>
      this.prisma.ledgerFile.groupBy({
        by: ['keyPrefix'],
        where: { ...where, state: 'visible', epoch: { lt: epoch }, keyPrefix: { gt: after } },
        orderBy: { keyPrefix: 'asc' },
        take: limit,
      }),
    );
    return rows.map(({ keyPrefix }) => keyPrefix);
  }

  /** Everything that Kafka holds is written again: what is still missing is lost to the bucket. */
  async endRedelivery(place: BucketPlace & { readonly epoch: number }): Promise<LaneBucket> {
    const { epoch, ...where } = place;
    return translated(async () => {
      const gone = { ...where, state: 'visible', epoch: { lt: epoch } } as const;
      const lostObjects = await this.prisma.ledgerFile.count({ where: gone });
      const { _sum } = await this.prisma.ledgerFile.aggregate({
        where: { ...gone, content: 'parquet' },
        _sum: { rows: true },
      });
      await this.prisma.laneBucket.updateMany({
        where: { ...where, epoch, redelivering: true },
        data: {
          redelivering: false,
          lostObjects: BigInt(lostObjects),
          lostRows: _sum.rows ?? 0n,
        },
      });
      const key = { taskId_lane_destination: where };
      return toBucket(await this.prisma.laneBucket.findUniqueOrThrow({ where: key }));
    });
  }

  /** What the redeliveries of a task could not bring back is not told any more. */
  async acceptLoss(taskId: string): Promise<void> {
    await translated(() =>
      this.prisma.laneBucket.updateMany({
        where: { taskId, lostObjects: { gt: 0 } },
        data: { lostObjects: 0n, lostRows: 0n },
      }),
    );
  }

  /** The newest visible objects; with `before` those that were visible before that. */
  async newest(
    place: BucketPlace,
    { limit, before }: { readonly limit: number; readonly before?: Date | undefined },
  ): Promise<readonly VisibleObject[]> {
    const rows = await translated(() =>
      this.prisma.ledgerFile.findMany({
        where: {
          ...{ ...place, state: 'visible' },
          ...(before === undefined ? {} : { visibleAt: { lt: before } }),
        },
        orderBy: { ordinal: 'desc' },
        take: limit,
        select: { objectKey: true, visibleAt: true },
      }),
    );
    return rows.flatMap(({ objectKey, visibleAt }) =>
      visibleAt === null ? [] : [{ objectKey, visibleAt }],
    );
  }

  private async save(place: BucketPlace, data: Partial<Pick<Row, 'missing' | 'createdAt'>>) {
    const where = { taskId_lane_destination: place };
    await translated(() =>
      this.prisma.laneBucket.upsert({ where, create: { ...place, ...data }, update: data }),
    );
  }
}

/**
 * Visible files of an earlier bucket are in this one now. One that comes after the end of a
 * redelivery was counted as lost by it.
 */
export async function raiseEpoch(
  transaction: Prisma.TransactionClient,
  ids: readonly string[],
  { taskId, lane, destination, epoch }: BucketPlace & { readonly epoch: number },
): Promise<void> {
  // Raw: only so the counts are those of exactly the files that this statement moved.
  await transaction.$executeRaw`
    WITH raised AS (
      UPDATE ledger_file SET epoch = ${epoch}
      WHERE file_id = ANY(${ids}::uuid[]) AND state = 'visible' AND epoch < ${epoch}
      RETURNING CASE WHEN content = 'parquet' THEN rows ELSE 0 END AS rows),
    total AS (SELECT count(*) AS objects, coalesce(sum(rows), 0)::bigint AS rows FROM raised)
    UPDATE lane_bucket SET done = done + total.objects,
      lost_objects = greatest(0, lost_objects - total.objects),
      lost_rows = greatest(0, lost_rows - total.rows)
    FROM total
    WHERE total.objects > 0 AND task_id = ${taskId}::uuid AND lane = ${lane}
      AND destination = ${destination} AND epoch = ${epoch}`;
}

function toBucket(row: Row): LaneBucket {
  const { epoch, createdAt, missing, redelivering } = row;
  return {
    ...{ epoch, createdAt, missing, redelivering },
    objects: Number(row.objects),
    done: Number(row.done),
    lostObjects: Number(row.lostObjects),
    lostRows: Number(row.lostRows),
    changedAt: row.updatedAt,
  };
}
