import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDebian, isRoot, needPrograms } from './host-packages.js';
import { rememberNetwork, restoreNetwork } from './network-state.js';
import {
  CONTAINERS_HOME,
  DOCKER_CONFIG_FOLDER,
  ENGINE_DATA_FOLDER,
  ENGINE_HOST,
  ENGINE_LOG,
  ENGINE_PID_FILE,
  ENGINE_RUN_FOLDER,
  NETWORK_BEFORE_FILE,
} from './paths.js';
import { say, step } from './progress.js';
import { tryCommand } from './run-command.js';

/** A container engine that answers. */
export interface Engine {
  /** Whether this checkout started it, and may stop it. */
  readonly isOwn: boolean;
  /** What a docker command, compose or testcontainers needs in its environment to reach it. */
  readonly env: Readonly<Record<string, string>>;
}

const READY_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 40_000;
const POLL_MS = 200;

const OWN: Engine = {
  isOwn: true,
  env: { DOCKER_HOST: ENGINE_HOST, DOCKER_CONFIG: DOCKER_CONFIG_FOLDER },
};

/** The engine of the machine's own settings first, then the one that an earlier run started. */
export async function findEngine(): Promise<Engine | undefined> {
  if (!isOurs(process.env['DOCKER_HOST']) && (await answers({}))) {
    return { isOwn: false, env: {} };
  }
  return (await answers(OWN.env)) ? OWN : undefined;
}

/**
 * Finds an engine, or installs and starts one.
 *
 * @throws Error telling what to do, where that needs another user or another machine
 */
export async function needEngine(): Promise<Engine> {
  const found = await findEngine();
  if (found !== undefined) {
    say(found.isOwn ? 'Container engine: started earlier' : 'Container engine: answers already');
    return found;
  }
  if (!isRoot() || !isDebian()) {
    throw new Error(
      'no container engine answers. Start Docker and let this user use it, or set DOCKER_HOST; ' +
        'on Debian, root may run this command and gets an engine of the checkout.',
    );
  }
  await needPrograms(['dockerd', 'docker', 'iptables', 'ip']);
  await step('Starting a container engine', startEngine);
  return OWN;
}

const isOurs = (host: string | undefined): boolean => host === ENGINE_HOST;

async function answers(env: Readonly<Record<string, string>>): Promise<boolean> {
  const args = ['version', '--format', '{{.Server.Version}}'];
  return (await tryCommand('docker', args, { env, timeoutMs: 20_000 })).code === 0;
}

/** Published ports are on loopback only, whatever a container asks for. */
async function startEngine(): Promise<void> {
  mkdirSync(CONTAINERS_HOME, { recursive: true });
  mkdirSync(ENGINE_RUN_FOLDER, { recursive: true, mode: 0o700 });
  mkdirSync(DOCKER_CONFIG_FOLDER, { recursive: true });
  await rememberNetwork();
  const log = openSync(ENGINE_LOG, 'a', 0o600);
  const engine = spawn(
    'dockerd',
    [
      ...['--data-root', ENGINE_DATA_FOLDER, '--exec-root', `${ENGINE_RUN_FOLDER}/exec`],
      ...['--pidfile', ENGINE_PID_FILE, '--host', ENGINE_HOST],
      ...['--ip', '127.0.0.1', '--log-level', 'warn'],
    ],
    {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
    },
  );
  closeSync(log);
  engine.on('error', () => undefined);
  engine.unref();
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await answers(OWN.env))) {
    const hasEnded = engine.pid === undefined || engine.exitCode !== null;
    if (hasEnded || Date.now() > deadline) {
      const tail = readFileSync(ENGINE_LOG, 'utf8').trimEnd().split('\n').slice(-10).join('\n');
      throw new Error(`the container engine did not start:\n${tail}`);
    }
    await sleep(POLL_MS);
  }
}

/** Stops the engine that this checkout started, and puts the machine's network back as it was. */
export async function stopEngine(): Promise<void> {
  const pid = ownEnginePid();
  if (pid === undefined && !existsSync(NETWORK_BEFORE_FILE)) {
    say('No engine of this checkout runs');
    return;
  }
  await step('Stopping the container engine', async () => {
    if (pid !== undefined) await endProcess(pid);
    await unmountData();
    rmSync(ENGINE_RUN_FOLDER, { recursive: true, force: true });
    await restoreNetwork();
  });
}

/** A pid file outlives a crash: its process counts only while it is an engine on our folder. */
function ownEnginePid(): number | undefined {
  if (!existsSync(ENGINE_PID_FILE)) return undefined;
  const pid = Number(readFileSync(ENGINE_PID_FILE, 'utf8'));
  const commandFile = `/proc/${pid}/cmdline`;
  if (!existsSync(commandFile)) return undefined;
  return readFileSync(commandFile, 'utf8').includes(ENGINE_DATA_FOLDER) ? pid : undefined;
}

/** An engine that was killed leaves its folders mounted; the innermost come last. */
async function unmountData(): Promise<void> {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n').reverse();
  for (const line of mounts) {
    const folder = line.split(' ')[1] ?? '';
    if (folder === ENGINE_DATA_FOLDER || folder.startsWith(`${ENGINE_DATA_FOLDER}/`)) {
      await tryCommand('umount', [folder]);
    }
  }
}

async function endProcess(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + ENDS_WITHIN_MS;
  while (existsSync(`/proc/${pid}`)) {
    if (Date.now() > deadline) {
      throw new Error(`the container engine (process ${pid}) does not end; see ${ENGINE_LOG}`);
    }
    await sleep(POLL_MS);
  }
}
