import { fileContent, type IdentityJson, type LaneOpening } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import { assert } from '@lakeferry/runtime';
import type { LedgerFile, Prisma, PrismaClient } from './generated/client.js';
import type {
  AssignedFile,
  BucketPlace,
  DeliveredTotals,
  LanePosition,
  LedgerObject,
  ObjectsPage,
  SequenceRequest,
} from './ledger.js';
import { raiseEpoch } from './bucket-repository.js';
import { translated } from './prisma-errors.js';
import { TRANSACTION_LIMITS } from './transaction-limits.js';

/**
 * Files and the objects that they become. The promises:
 * - a file gets its sequence and key once; every later question, by any writer, has the same answer;
 * - no two files share a key of a destination, whatever task they are of;
 * - under a key prefix sequences are without gaps from the first that a task gets there, and that one
 *   is above all that were listed or ever assigned there, and above all of the lane's prefix elsewhere;
 *   a task that comes back to an earlier destination goes on above what it got in between;
 * - nothing is assigned to a deleted task.
 */
export class LedgerRepository {
  constructor(private readonly prisma: PrismaClient) {}

  /** @throws DeliveryError LEDGER_TASK_DELETED when the task is deleted or was never there. */
  async assignSequence(request: SequenceRequest): Promise<AssignedFile> {
    const known = await this.assigned(request.file.fileId);
    if (known !== undefined) return known;
    const listed = (await this.isUsed(request)) ? 0 : await request.highestListed();
    return translated(() =>
      this.prisma.$transaction(
        (transaction) => assignWithin(transaction, request, listed),
        TRANSACTION_LIMITS,
      ),
    );
  }

  /** The place of a file that has one. */
  async assigned(fileId: string): Promise<AssignedFile | undefined> {
    const row = await translated(() => this.prisma.ledgerFile.findUnique({ where: { fileId } }));
    return row === null ? undefined : toAssigned(row);
  }

  /**
   * Says that the objects of these files are there, and how far the lane has come, in one transaction.
   * Saying it again changes nothing; a position behind the stored one (a writer that lost its lane)
   * leaves the stored one.
   *
   * @param bucket in which they are; the first of its name when absent
   * @throws DeliveryError INVARIANT_BROKEN when a file was never assigned.
   */
  async markVisible(
    fileIds: readonly string[],
    position?: LanePosition,
    bucket?: BucketPlace & { readonly epoch: number },
  ): Promise<void> {
    const ids = [...new Set(fileIds)];
    await translated(() =>
      this.prisma.$transaction(async (transaction) => {
        await becomeVisible(transaction, ids, bucket?.epoch ?? 0);
        const where = { fileId: { in: ids } };
        const visible = await transaction.ledgerFile.count({ where });
        assert(visible === ids.length, 'a visible file was never assigned');
        if (bucket !== undefined && bucket.epoch > 0) await raiseEpoch(transaction, ids, bucket);
        if (position !== undefined) await saveLaneWithin(transaction, position);
      }, TRANSACTION_LIMITS),
    );
  }

  /** As `markVisible` without files: after marks. */
  async saveLane(position: LanePosition): Promise<void> {
    await translated(() =>
      this.prisma.$transaction(
        (transaction) => saveLaneWithin(transaction, position),
        TRANSACTION_LIMITS,
      ),
    );
  }

  async laneState(taskId: string, lane: number): Promise<LanePosition | undefined> {
    const where = { taskId_lane: { taskId, lane } };
    const row = await translated(() => this.prisma.writerLane.findUnique({ where }));
    if (row === null) return undefined;
    const { nextOffset, baseVisible, deliveredLsn, deliveredAt } = row;
    const openings = row.openings as unknown as LaneOpening[];
    return { taskId, lane, nextOffset, baseVisible, deliveredLsn, deliveredAt, openings };
  }

  /** Files of a task by assignment, newest first; `state` narrows. */
  async objects(
    taskId: string,
    page: { limit: number; before?: string; state?: 'assigned' | 'visible' },
  ): Promise<ObjectsPage> {
    const rows = await translated(() =>
      this.prisma.ledgerFile.findMany({
        where: {
          taskId,
          ...(page.before === undefined ? {} : { ordinal: { lt: BigInt(page.before) } }),
          ...(page.state === undefined ? {} : { state: page.state }),
        },
        orderBy: { ordinal: 'desc' },
        take: page.limit + 1,
      }),
    );
    const shown = rows.slice(0, page.limit);
    const last = shown.at(-1);
    const objects = shown.map(toObject);
    return rows.length > page.limit && last !== undefined
      ? { objects, next: last.ordinal.toString() }
      : { objects };
  }

  /** What is visible of a task; costs the same however much it is. */
  async totals(taskId: string): Promise<DeliveredTotals> {
    const { _sum } = await translated(() =>
      this.prisma.laneTotal.aggregate({
        where: { taskId },
        _sum: { objects: true, rows: true, bytes: true, dirty: true },
      }),
    );
    return {
      objects: Number(_sum.objects ?? 0n),
      rows: Number(_sum.rows ?? 0n),
      bytes: Number(_sum.bytes ?? 0n),
      dirty: Number(_sum.dirty ?? 0n),
    };
  }

  private async isUsed({ taskId, destination, keyPrefix }: SequenceRequest): Promise<boolean> {
    const where = { taskId, destination, keyPrefix };
    const row = await translated(() =>
      this.prisma.ledgerFile.findFirst({ where, select: { fileId: true } }),
    );
    return row !== null;
  }
}

async function assignWithin(
  transaction: Prisma.TransactionClient,
  { taskId, file, destination, keyPrefix }: SequenceRequest,
  listed: number,
): Promise<AssignedFile> {
  await refuseDeletedTask(transaction, taskId);
  const place = { destination, keyPrefix };
  await transaction.ledgerSequence.createMany({
    data: [{ ...place, highest: 0n }],
    skipDuplicates: true,
  });
  // Raw: Prisma's API can't lock a row. From here on one transaction at a time is under this key prefix.
  const [locked] = await transaction.$queryRaw<{ highest: bigint }[]>`
    SELECT highest FROM ledger_sequence
    WHERE destination = ${destination} AND key_prefix = ${keyPrefix} FOR UPDATE`;
  const known = await transaction.ledgerFile.findUnique({ where: { fileId: file.fileId } });
  if (known !== null) return toAssigned(known);
  assert(locked !== undefined, 'the sequence row that was just made is missing');
  const own = await highestOfLane(transaction, { taskId, lane: file.lane, prefix: file.prefix });
  const highest = [BigInt(listed), own].reduce((a, b) => (a > b ? a : b), locked.highest);
  const sequence = highest + 1n;
  await transaction.ledgerSequence.update({
    where: { destination_keyPrefix: place },
    data: { highest: sequence },
  });
  const row = await transaction.ledgerFile.create({
    data: {
      ...fileColumns(file),
      ...place,
      taskId,
      sequence,
      objectKey: `${keyPrefix}${sequence}`,
    },
  });
  return toAssigned(row);
}

/** Under whatever destination: sequences of a lane's prefix never repeat when its bucket gets another name. */
async function highestOfLane(
  transaction: Prisma.TransactionClient,
  where: { readonly taskId: string; readonly lane: number; readonly prefix: string },
): Promise<bigint> {
  const newest = await transaction.ledgerFile.findFirst({
    where,
    orderBy: { sequence: 'desc' },
    select: { sequence: true },
  });
  return newest?.sequence ?? 0n;
}

/** Raw: only so the totals count exactly the files that this statement moved. */
async function becomeVisible(
  transaction: Prisma.TransactionClient,
  ids: readonly string[],
  epoch: number,
): Promise<void> {
  if (ids.length === 0) return;
  await transaction.$executeRaw`
    WITH moved AS (
      UPDATE ledger_file SET state = 'visible', visible_at = ${new Date()}, epoch = ${epoch}
      WHERE file_id = ANY(${ids}::uuid[]) AND state = 'assigned'
      RETURNING task_id, lane, content, rows, bytes, dirty)
    INSERT INTO lane_total AS total (task_id, lane, objects, rows, bytes, dirty)
    SELECT task_id, lane, count(*), sum(rows), sum(bytes), sum(dirty) FROM moved
    WHERE content = 'parquet' GROUP BY task_id, lane
    ON CONFLICT (task_id, lane) DO UPDATE SET
      objects = total.objects + EXCLUDED.objects, rows = total.rows + EXCLUDED.rows,
      bytes = total.bytes + EXCLUDED.bytes, dirty = total.dirty + EXCLUDED.dirty`;
}

/** Holds off the deletion of the task until the transaction ends. */
async function refuseDeletedTask(
  transaction: Prisma.TransactionClient,
  taskId: string,
): Promise<void> {
  // Raw: Prisma's API can't lock a row.
  const [task] = await transaction.$queryRaw<{ state: string }[]>`
    SELECT state::text AS state FROM task WHERE id = ${taskId}::uuid FOR SHARE`;
  if (task !== undefined && task.state !== 'deleted') return;
  throw new DeliveryError('LEDGER_TASK_DELETED', 'the task of the file is deleted', {
    context: { taskId },
  });
}

async function saveLaneWithin(
  transaction: Prisma.TransactionClient,
  { taskId, lane, ...rest }: LanePosition,
): Promise<void> {
  const position = { ...rest, openings: [...rest.openings] };
  await transaction.writerLane.createMany({
    data: [{ taskId, lane, ...position }],
    skipDuplicates: true,
  });
  await transaction.writerLane.updateMany({
    where: { taskId, lane, nextOffset: { lte: position.nextOffset } },
    data: position,
  });
}

function fileColumns(file: SequenceRequest['file']) {
  const { fileId, content, lane, prefix, sha256, reason, schemaVersion, phase, first, last } = file;
  const counts = {
    rows: BigInt(file.rows),
    bytes: BigInt(file.bytes),
    dirty: BigInt(file.dirty),
  };
  return {
    ...{ fileId, content, lane, prefix, sha256, reason, schemaVersion, phase, first, last },
    ...counts,
  };
}

function toAssigned(row: LedgerFile): AssignedFile {
  const { objectKey, state, epoch } = row;
  return { sequence: Number(row.sequence), objectKey, state, epoch };
}

function toObject(row: LedgerFile): LedgerObject {
  const { fileId, lane, prefix, destination, objectKey, sha256, reason, schemaVersion } = row;
  return {
    ...{ fileId, lane, prefix, destination, objectKey, sha256, reason, schemaVersion },
    content: fileContent.parse(row.content),
    phase: row.phase,
    sequence: Number(row.sequence),
    rows: Number(row.rows),
    bytes: Number(row.bytes),
    dirty: Number(row.dirty),
    first: row.first as IdentityJson,
    last: row.last as IdentityJson,
    state: row.state,
    assignedAt: row.assignedAt,
    visibleAt: row.visibleAt,
  };
}
