import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSchemaEngine } from './schema-engine.js';
import type { PrismaClient } from './generated/client.js';

/** `prisma/` of the repository; the same from `src` and from `dist`. */
const PRISMA_FOLDER = fileURLToPath(new URL('../../../prisma', import.meta.url));
/** Any fixed number: the lock under which one process at a time migrates. */
const MIGRATION_LOCK = 7_215_301n;
/** A process that starts waits this long for another that migrates. */
const MIGRATION_MS_MAX = 60_000;

/**
 * Applies what is missing of the migrations; safe when several processes start at once. The lock is
 * held by a transaction of its own: the engine works on other connections.
 *
 * @returns names of the migrations that were applied
 */
export async function migrate(prisma: PrismaClient, url: string): Promise<readonly string[]> {
  return prisma.$transaction(
    async (transaction) => {
      // Raw: Prisma's API has no advisory locks.
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`;
      return applyMigrations(url);
    },
    { maxWait: MIGRATION_MS_MAX, timeout: MIGRATION_MS_MAX },
  );
}

async function applyMigrations(url: string): Promise<readonly string[]> {
  const folder = join(PRISMA_FOLDER, 'migrations');
  const schema = await readFile(join(PRISMA_FOLDER, 'schema.prisma'), 'utf8');
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const migrationDirectories = await Promise.all(
    names.sort().map(async (path) => {
      const value = await readFile(join(folder, path, 'migration.sql'), 'utf8');
      const content = { tag: 'ok' as const, value };
      return { path, migrationFile: { path: 'migration.sql', content } };
    }),
  );
  const lockfile = { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' };
  const migrationsList = {
    baseDir: folder,
    lockfile,
    shadowDbInitScript: '',
    migrationDirectories,
  };
  const { engine, close } = await openSchemaEngine(url, schema);
  try {
    const filters = { externalTables: [], externalEnums: [] };
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters });
    return appliedMigrationNames;
  } finally {
    await close();
  }
}
