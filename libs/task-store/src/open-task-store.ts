import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client.js';
import { BucketRepository } from './bucket-repository.js';
import { LedgerRepository } from './ledger-repository.js';
import { migrate } from './migrate.js';
import { OutboxRepository } from './outbox-repository.js';
import { translated } from './prisma-errors.js';
import { SourceRepository } from './source-repository.js';
import { StatusRepository } from './status-repository.js';
import { TaskRepository } from './task-repository.js';

/** The control database. Every error that it throws is a `DeliveryError`. */
export interface TaskStore {
  readonly sources: SourceRepository;
  readonly tasks: TaskRepository;
  readonly outbox: OutboxRepository;
  readonly statuses: StatusRepository;
  readonly ledger: LedgerRepository;
  readonly buckets: BucketRepository;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Connections of one process: four lanes with files in parallel, and what else goes on. */
const CONNECTIONS_MAX = 8;
const CONNECT_MS_MAX = 10_000;

/** Opens the control database and brings its tables up to date. */
export async function openTaskStore(url: string): Promise<TaskStore> {
  const adapter = new PrismaPg({
    connectionString: url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS_MAX,
  });
  const prisma = new PrismaClient({ adapter, errorFormat: 'minimal' });
  try {
    await translated(() => migrate(prisma, url));
  } catch (error) {
    await prisma.$disconnect();
    throw error;
  }
  return {
    sources: new SourceRepository(prisma),
    tasks: new TaskRepository(prisma),
    outbox: new OutboxRepository(prisma),
    statuses: new StatusRepository(prisma),
    ledger: new LedgerRepository(prisma),
    buckets: new BucketRepository(prisma),
    ping: async () => {
      await translated(() => prisma.source.count());
    },
    close: () => prisma.$disconnect(),
  };
}
