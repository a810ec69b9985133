import { statusRecord, type StatusRecord } from '@lakeferry/contracts';
import type { PrismaClient } from './generated/client.js';
import { translated } from './prisma-errors.js';

/** The newest report per subject. */
export class StatusRepository {
  constructor(private readonly prisma: PrismaClient) {}

  async save(key: string, value: StatusRecord): Promise<void> {
    await translated(() =>
      this.prisma.taskStatus.upsert({
        where: { key },
        create: { key, value },
        update: { value },
      }),
    );
  }

  async remove(key: string): Promise<void> {
    await translated(() => this.prisma.taskStatus.deleteMany({ where: { key } }));
  }

  /** Every report; rows of a form that is no longer known are left out. */
  async all(): Promise<ReadonlyMap<string, StatusRecord>> {
    const rows = await translated(() => this.prisma.taskStatus.findMany());
    const found = new Map<string, StatusRecord>();
    for (const row of rows) {
      const parsed = statusRecord.safeParse(row.value);
      if (parsed.success) found.set(row.key, parsed.data);
    }
    return found;
  }
}
