import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type S3Access, TaskClient } from '@lakeferry/history';
import { S3FaultProxy } from '@lakeferry/object-store/testing';
import {
  CHECKOUT,
  clearDataFolder,
  DATABASES,
  FailpointFolder,
  installHttpfs,
  SERVICE_NAMES,
  type ServiceName,
  type Services,
  type Stack,
  startServices,
  startStack,
} from '@lakeferry/stack';
import { withClient } from '@lakeferry/testing';
import type pg from 'pg';
import { mountSmallDisk, type SmallDisk } from './broker-disk.js';
import { clockFileOf } from './clock-file.js';
import { KeptProcess } from './kept-process.js';
import type { SystemShape } from './system-shape.js';

/** Real servers and services whose every part can be broken, with a folder and ports of their own. */
export interface ChaosSystem {
  readonly shape: SystemShape['name'];
  readonly stack: Stack;
  readonly sourceUrl: string;
  /** Where the broker's log is, when that is a small disk of its own. */
  readonly brokerDisk: string | null;
  /** The store itself, past the proxy: what the checker reads. */
  readonly s3: S3Access & { readonly bucket: string };
  readonly client: TaskClient;
  /** Between the writers and the store. */
  readonly storeProxy: S3FaultProxy;
  /** All processes of a service, the first one first; those that joined for a while are not among them. */
  processes(service: ServiceName): readonly KeptProcess[];
  /** One more process of a service. */
  join(service: ServiceName): Promise<KeptProcess>;
  /** Orders for the failpoints of all processes of a service. */
  failpoints(service: ServiceName): FailpointFolder;
  /** A fault has ended, or will end, a process from within. */
  expectEnd(): void;
  /** Ends of service processes that nobody asked for, up to now. */
  unexpectedEnds(): number;
  /** Something with a connection to the source database. */
  sql<T>(work: (client: pg.Client) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/** Starts everything from an empty folder and waits until it is ready. */
export async function startChaosSystem(
  shape: SystemShape,
  say: (line: string) => void,
): Promise<ChaosSystem> {
  const dataDir = join(CHECKOUT, '.lakeferry', 'chaos', shape.name);
  await clearDataFolder(dataDir);
  // A run that was interrupted may have left a clock wrong.
  for (const service of SERVICE_NAMES) rmSync(clockFileOf(service), { force: true });
  const httpfs = await installHttpfs(() => undefined);
  const disk =
    shape.brokerDiskMegabytes === undefined
      ? null
      : mountSmallDisk(`${dataDir}-disk`, shape.brokerDiskMegabytes);
  const stack = await startStack({
    dataDir,
    postgresSettings: shape.postgresSettings,
    ...(disk !== null && { kafkaLogDir: join(disk.path, 'log') }),
  });
  const storeProxy = await S3FaultProxy.open(stack.s3.endpoint);
  try {
    const services = await startServices({
      stack,
      failpoints: true,
      env: envOf(shape, stack, storeProxy),
    });
    const kept = await keepAll(services, shape);
    say(`system "${shape.name}" runs; logs in ${join(dataDir, 'run')}`);
    return assemble({ shape, stack, services, storeProxy, kept, httpfs, disk });
  } catch (error) {
    await storeProxy.close();
    await stack.stop();
    disk?.release();
    throw error;
  }
}

/** The shape's own settings, the proxy in front of the store, and one folder of orders for all of a service. */
function envOf(
  shape: SystemShape,
  stack: Stack,
  proxy: S3FaultProxy,
): Record<ServiceName, Readonly<Record<string, string>>> {
  const ofService = (service: ServiceName) => ({
    ...shape.env[service],
    LAKEFERRY_FAILPOINTS: FailpointFolder.of(stack.dataDir, service).path,
  });
  return {
    'task-api': ofService('task-api'),
    changefeed: ofService('changefeed'),
    encoder: ofService('encoder'),
    writer: { ...ofService('writer'), LAKEFERRY_S3_ENDPOINT: proxy.endpoint },
  };
}

async function keepAll(
  services: Services,
  shape: SystemShape,
): Promise<Map<ServiceName, KeptProcess[]>> {
  const kept = new Map<ServiceName, KeptProcess[]>();
  for (const service of SERVICE_NAMES) {
    const first = services.running.get(service);
    if (first === undefined) throw new Error(`${service} does not run`);
    const processes = [new KeptProcess(first)];
    for (let instance = 1; instance < shape.instances[service]; instance += 1) {
      processes.push(new KeptProcess(await services.add(service, String(instance + 1))));
    }
    kept.set(service, processes);
  }
  return kept;
}

function assemble(parts: {
  shape: SystemShape;
  stack: Stack;
  services: Services;
  storeProxy: S3FaultProxy;
  kept: ReadonlyMap<ServiceName, readonly KeptProcess[]>;
  httpfs: string | null;
  disk: SmallDisk | null;
}): ChaosSystem {
  const { shape, stack, services, storeProxy, kept, httpfs, disk } = parts;
  const sourceUrl = stack.postgres.url(DATABASES.source);
  const joined: KeptProcess[] = [];
  let expectedEnds = 0;
  let guests = 0;
  const all = () => [...kept.values()].flat();
  return {
    shape: shape.name,
    stack,
    sourceUrl,
    brokerDisk: disk?.path ?? null,
    s3: { ...stack.s3, httpfsFile: httpfs ?? undefined },
    client: new TaskClient(services.restUrl),
    storeProxy,
    processes: (service) => kept.get(service) ?? [],
    join: async (service) => {
      // Several may join at the same time.
      guests += 1;
      const server = await services.add(service, `guest-${guests}`);
      const guest = new KeptProcess(server);
      joined.push(guest);
      return guest;
    },
    failpoints: (service) => services.failpoints(service),
    expectEnd: () => void (expectedEnds += 1),
    unexpectedEnds: () =>
      [...all(), ...joined].reduce((sum, { ends }) => sum + ends, 0) - expectedEnds,
    sql: (work) => withClient(sourceUrl, work),
    stop: async () => {
      await Promise.all([...all(), ...joined].map((each) => each.stop()));
      await services.stop();
      await storeProxy.close();
      await stack.stop();
      disk?.release();
    },
  };
}
