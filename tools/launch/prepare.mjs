/** Brings a checkout to the state in which its programs run: packages, generated code, compiled code. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { firstMissingPackage } from './installed-packages.mjs';
import { NODE, ROOT, outerEnv, run, runQuietly, say } from './process.mjs';

const LOCK = join(ROOT, 'package-lock.json');
const INSTALLED_LOCK = join(ROOT, 'node_modules', '.package-lock.json');
const PRISMA_SCHEMA = join(ROOT, 'prisma', 'schema.prisma');
const GENERATED = join(ROOT, 'libs', 'task-store', 'src', 'generated', 'client.ts');
const GENERATED_STAMP = join(dirname(GENERATED), '.stamp');
/** A build that takes longer than this is announced. */
const QUIET_MS = 3000;

/** Prisma's engines are downloads that nothing here uses; analytics have no place in an installation. */
const INSTALL_ENV = {
  PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
  PRISMA_SKIP_POSTINSTALL_GENERATE: '1',
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  SCARF_ANALYTICS: 'false',
  NX_DAEMON: 'false',
};

const readPackages = (file) =>
  existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;

/** `npm ci` begins by removing node_modules and ends by writing its lock file: an interrupted one is repeated. */
export async function installPackages() {
  const platform = { os: process.platform, cpu: process.arch };
  const gap = firstMissingPackage(readPackages(LOCK), readPackages(INSTALLED_LOCK), platform);
  if (gap === undefined && existsSync(NODE)) return;
  await runQuietly({
    title: 'Installing npm packages',
    name: 'npm-ci',
    command: 'npm',
    args: ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    env: outerEnv(INSTALL_ENV),
  });
}

async function generatePrismaClient() {
  if (!existsSync(PRISMA_SCHEMA)) return;
  const hash = createHash('sha256').update(readFileSync(PRISMA_SCHEMA)).digest('hex');
  const stamp = existsSync(GENERATED_STAMP) ? readFileSync(GENERATED_STAMP, 'utf8') : '';
  if (stamp === hash && existsSync(GENERATED)) return;
  await runQuietly({
    title: 'Generating the Prisma client',
    name: 'prisma-generate',
    command: NODE,
    args: [join(ROOT, 'node_modules', 'prisma', 'build', 'index.js'), 'generate'],
    env: { ...process.env, ...INSTALL_ENV },
  });
  mkdirSync(dirname(GENERATED_STAMP), { recursive: true });
  writeFileSync(GENERATED_STAMP, hash);
}

/** Generates and compiles what changed; says nothing where that is quick. */
export async function build() {
  await generatePrismaClient();
  const notice = setTimeout(() => say('Compiling …'), QUIET_MS);
  const { code, output, took } = await compile();
  clearTimeout(notice);
  if (code !== 0) {
    process.stderr.write(output);
    throw new Error('compiling failed; see above.');
  }
  if (parseFloat(took) * 1000 > QUIET_MS) say(`Compiling … ${took}`);
}

/** The whole of `tsc -b`: type check and output of every project that changed. */
export async function compile() {
  await generatePrismaClient();
  return run(NODE, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-b']);
}
