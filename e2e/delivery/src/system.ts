import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type S3Access, TaskClient } from '@lakeferry/history';
import {
  CHECKOUT,
  clearDataFolder,
  DATABASES,
  installHttpfs,
  type ServerProcess,
  type ServiceName,
  startServices,
  startStack,
} from '@lakeferry/stack';
import { withClient } from '@lakeferry/testing';
import type pg from 'pg';
import { openTransactions } from './open-transactions.js';

export interface SystemOptions {
  /** Names the data folder; every system of a test run needs its own. */
  readonly name: string;
  /** Environment beyond the usual one, by service. */
  readonly env?: Partial<Record<ServiceName, Readonly<Record<string, string>>>> | undefined;
}

/** Servers and services of one test file, real ones, with a folder and ports of their own. */
export interface DeliverySystem {
  readonly sourceUrl: string;
  readonly s3: S3Access & { readonly bucket: string };
  readonly client: TaskClient;
  /** Something with a connection to the source database. */
  sql<T>(work: (client: pg.Client) => Promise<T>): Promise<T>;
  /** SIGKILL, then a new start. */
  crash(service: ServiceName): Promise<void>;
  /**
   * SIGKILL at a moment at which one of the service's transactions is open on the broker, then a new
   * start. The service is frozen while the broker is asked, and goes on when none is open.
   */
  crashInTransaction(service: ServiceName, isItsOwn: (id: string) => boolean): Promise<void>;
  /** One more instance of a service. */
  add(service: ServiceName): Promise<void>;
  stop(): Promise<void>;
}

const ATTEMPTS_MAX = 25;

/** Starts everything from an empty folder and waits until it is ready. */
export async function startSystem(options: SystemOptions): Promise<DeliverySystem> {
  const dataDir = join(CHECKOUT, '.lakeferry', 'e2e', options.name);
  await clearDataFolder(dataDir);
  const httpfs = await installHttpfs(() => undefined);
  const stack = await startStack({ dataDir });
  const services = await startServices({ stack, ...(options.env && { env: options.env }) }).catch(
    async (error: unknown) => {
      await stack.stop();
      throw error;
    },
  );
  const sourceUrl = stack.postgres.url(DATABASES.source);
  const process = (service: ServiceName): ServerProcess => {
    const running = services.running.get(service);
    if (running === undefined) throw new Error(`${service} does not run`);
    return running;
  };
  return {
    sourceUrl,
    s3: { ...stack.s3, httpfsFile: httpfs ?? undefined },
    client: new TaskClient(services.restUrl),
    sql: (work) => withClient(sourceUrl, work),
    crash: async (service) => {
      await process(service).kill();
      await process(service).start();
    },
    crashInTransaction: async (service, isItsOwn) => {
      const own = async () =>
        [...(await openTransactions(stack.brokers[0] ?? '', stack.jars.kafka))].filter(isItsOwn);
      for (let attempt = 1; ; attempt += 1) {
        process(service).signal('SIGSTOP');
        // Another instance may have one open too: a frozen process' transaction stays open.
        const first = await own();
        const open = first.length === 0 ? [] : await own();
        if (open.some((id) => first.includes(id))) break;
        if (attempt === ATTEMPTS_MAX) throw new Error(`${service} had no transaction open`);
        process(service).signal('SIGCONT');
        await sleep(150 + 70 * attempt);
      }
      await process(service).kill();
      await process(service).start();
    },
    add: async (service) => {
      await services.add(service, 'second');
    },
    stop: async () => {
      await services.stop();
      await stack.stop();
    },
  };
}
