import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from './checkout.js';
import { FAILPOINT_FLAG, FailpointFolder } from './failpoint-folder.js';
import { freePort } from './ports.js';
import { ServerProcess } from './server-process.js';
import { DATABASES, type Stack } from './stack.js';

export const SERVICE_NAMES = ['task-api', 'changefeed', 'encoder', 'writer'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

export interface ServicesOptions {
  readonly stack: Stack;
  readonly only?: readonly ServiceName[];
  /** Environment beyond the usual one, by service. */
  readonly env?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>;
  readonly logLevel?: string;
  /** Starts services so that their failpoints can be armed, each instance by a folder of its own. */
  readonly failpoints?: boolean;
}

/** The running services of a stack. */
export interface Services {
  readonly running: ReadonlyMap<ServiceName, ServerProcess>;
  readonly restUrl: string;
  readonly grpcAddress: string;
  /** One more instance of a service, on a port of its own. */
  add(service: ServiceName, instance: string): Promise<ServerProcess>;
  /** Orders for an instance by the name of its process; they have no effect without `failpoints`. */
  failpoints(instance: string): FailpointFolder;
  stop(): Promise<void>;
}

/** Starts the services as they are built (`apps/<service>/dist`) and waits until each is ready. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { stack } = options;
  const { ports } = stack;
  const running = new Map<ServiceName, ServerProcess>();
  const extra: ServerProcess[] = [];
  const port = {
    'task-api': ports.taskApi,
    changefeed: ports.changefeed,
    encoder: ports.encoder,
    writer: ports.writer,
  };
  for (const service of options.only ?? SERVICE_NAMES) {
    running.set(service, prepareService(options, service, { port: port[service], name: service }));
  }
  const stop = async () => {
    // Writers last: what is under way may still arrive.
    for (const server of [...extra, ...running.values()]) await server.stop();
  };
  try {
    await Promise.all([...running.values()].map((server) => server.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    running,
    restUrl: `http://127.0.0.1:${ports.taskApi}`,
    grpcAddress: `127.0.0.1:${ports.grpc}`,
    stop,
    failpoints: (instance) => FailpointFolder.of(stack.dataDir, instance),
    add: async (service, instance) => {
      const name = `${service}-${instance}`;
      const server = prepareService(options, service, { port: await freePort(), name });
      extra.push(server);
      await server.start();
      return server;
    },
  };
}

function prepareService(
  options: ServicesOptions,
  service: ServiceName,
  at: { port: number; name: string },
): ServerProcess {
  const { stack, failpoints = false } = options;
  return new ServerProcess({
    name: at.name,
    runDir: join(stack.dataDir, 'run'),
    command: [
      process.execPath,
      '--enable-source-maps',
      ...(failpoints ? [FAILPOINT_FLAG] : []),
      join(CHECKOUT, 'apps', service, 'dist', 'main.js'),
    ],
    env: {
      ...inherited(),
      ...serviceEnv(options, service),
      LAKEFERRY_HTTP_PORT: String(at.port),
      ...(failpoints
        ? { LAKEFERRY_FAILPOINTS: FailpointFolder.of(stack.dataDir, at.name).path }
        : {}),
      ...options.env?.[service],
    },
    isReady: async () => (await fetch(`http://127.0.0.1:${at.port}/readyz`)).ok,
    readyWithinMs: 90_000,
  });
}

/** The settings of one service for a stack; the same variables that a container would get. */
export function serviceEnv(options: ServicesOptions, service: ServiceName): Record<string, string> {
  const { stack } = options;
  const every = {
    LAKEFERRY_KAFKA_BROKERS: stack.brokers.join(','),
    LAKEFERRY_LISTEN: '127.0.0.1',
    LAKEFERRY_LOG_LEVEL: options.logLevel ?? 'info',
  };
  const secret = { LAKEFERRY_SECRET_KEY: secretKey(stack.dataDir) };
  const control = { LAKEFERRY_CONTROL_URL: stack.postgres.url(DATABASES.control) };
  switch (service) {
    case 'task-api':
      return {
        ...every,
        ...secret,
        ...control,
        LAKEFERRY_GRPC_PORT: String(stack.ports.grpc),
        LAKEFERRY_CHANGEFEED_URL: `http://127.0.0.1:${stack.ports.changefeed}`,
        LAKEFERRY_SOURCES: `local=${stack.postgres.url(DATABASES.source)}`,
      };
    case 'changefeed':
      return { ...every, ...secret };
    case 'encoder':
      return every;
    case 'writer':
      return {
        ...every,
        ...control,
        LAKEFERRY_S3_ENDPOINT: stack.s3.endpoint,
        LAKEFERRY_S3_REGION: stack.s3.region,
        LAKEFERRY_S3_ACCESS_KEY_ID: stack.s3.accessKeyId,
        LAKEFERRY_S3_SECRET_ACCESS_KEY: stack.s3.secretAccessKey,
        LAKEFERRY_S3_FORCE_PATH_STYLE: String(stack.s3.forcePathStyle),
        LAKEFERRY_ROLE_AUTOCREATE: 'true',
        LAKEFERRY_ENDPOINTS: JSON.stringify({
          // The endpoint of the product page's samples.
          'oss-cn-hangzhou.aliyuncs.com': { url: stack.s3.endpoint, region: stack.s3.region },
        }),
      };
  }
}

/** What a service needs of this process's environment: nothing that configures it. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'];
  const entries = names.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] != null));
}

function secretKey(dataDir: string): string {
  const file = join(dataDir, 'secret.key');
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8');
}
