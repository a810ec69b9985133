import { randomBytes } from 'node:crypto';
import { CHECKOUT, freePort } from '@lakeferry/stack';
import { runCommand, tryCommand } from './run-command.js';
import type { Settings } from './settings-file.js';

/** The system of docker-compose.yml, on free ports, with secrets of its own. */
export interface ComposedSystem {
  readonly restUrl: string;
  readonly token: string;
  readonly sourceUrl: string;
  readonly s3: {
    readonly endpoint: string;
    readonly region: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly forcePathStyle: boolean;
  };
  up(): Promise<void>;
  /** The last lines that each service said. */
  logs(): Promise<string>;
  /** Stops everything and removes what it kept. */
  down(): Promise<void>;
}

const PROJECT = 'lakeferry-deliver';
const READY_WITHIN_SECONDS = 240;
const secret = (): string => randomBytes(18).toString('hex');

export async function composedSystem(settings: Settings): Promise<ComposedSystem> {
  const token = secret();
  const password = secret();
  const secretAccessKey = secret();
  const [postgres, kafka, s3, rest, grpc] = await fivePorts();
  const env = {
    ...settings,
    LAKEFERRY_TOKEN: token,
    LAKEFERRY_SECRET_KEY: randomBytes(32).toString('base64'),
    POSTGRES_PASSWORD: password,
    S3_ACCESS_KEY_ID: 'deliver',
    S3_SECRET_ACCESS_KEY: secretAccessKey,
    LAKEFERRY_PORT_POSTGRES: postgres,
    LAKEFERRY_PORT_KAFKA: kafka,
    LAKEFERRY_PORT_S3: s3,
    LAKEFERRY_PORT_REST: rest,
    LAKEFERRY_PORT_GRPC: grpc,
  };
  const compose = ['compose', '--ansi', 'never', '-p', PROJECT];
  const options = { env, cwd: CHECKOUT };
  const down = async () => {
    await runCommand('docker', [...compose, 'down', '--volumes', '--timeout', '30'], options);
  };
  return {
    restUrl: `http://127.0.0.1:${rest}`,
    token,
    sourceUrl: `postgres://lakeferry:${password}@127.0.0.1:${postgres}/local`,
    s3: {
      endpoint: `http://127.0.0.1:${s3}`,
      region: 'us-east-1',
      accessKeyId: 'deliver',
      secretAccessKey,
      forcePathStyle: true,
    },
    up: async () => {
      // What an interrupted run left was made with other secrets.
      await down();
      const wait = ['--wait', '--wait-timeout', String(READY_WITHIN_SECONDS)];
      await runCommand('docker', [...compose, 'up', '--quiet-pull', ...wait], options);
    },
    logs: async () => {
      const args = ['logs', '--no-color', '--tail', '15'];
      return (await tryCommand('docker', [...compose, ...args], options)).output;
    },
    down,
  };
}

async function fivePorts(): Promise<[string, string, string, string, string]> {
  const ports = new Set<number>();
  while (ports.size < 5) ports.add(await freePort());
  return [...ports].map(String) as [string, string, string, string, string];
}
