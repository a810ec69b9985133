import { chmodSync, copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from './engine.js';
import { CONTAINERS_HOME, DOCKER_CONFIG_FOLDER } from './paths.js';
import { step } from './progress.js';
import { runCommand, tryCommand } from './run-command.js';

/** The release of Debian whose packages hold compose v2 and BuildKit. */
const SUITE = 'trixie';
const PLUGINS = { compose: 'docker-compose', buildx: 'docker-buildx' } as const;
type Plugin = keyof typeof PLUGINS;

/**
 * Brings compose v2 and BuildKit where the docker command lacks them, for the checkout's own engine. They
 * are unpacked beside the checkout's other things: nothing is installed on the machine.
 */
export async function needDockerPlugins(engine: Engine): Promise<void> {
  const missing: Plugin[] = [];
  for (const plugin of Object.keys(PLUGINS) as Plugin[]) {
    const { code } = await tryCommand('docker', [plugin, 'version'], { env: engine.env });
    if (code !== 0) missing.push(plugin);
  }
  if (missing.length === 0) return;
  if (!engine.isOwn) {
    throw new Error(
      `docker lacks ${missing.join(' and ')}: install its plug-ins (docker-compose-plugin, docker-buildx-plugin)`,
    );
  }
  const packages = missing.map((plugin) => PLUGINS[plugin]);
  await step(`Fetching ${packages.join(', ')} (Debian ${SUITE})`, () => fetchPlugins(missing));
}

async function fetchPlugins(missing: readonly Plugin[]): Promise<void> {
  const work = join(CONTAINERS_HOME, 'apt');
  rmSync(work, { recursive: true, force: true });
  for (const folder of ['state/lists/partial', 'cache/archives/partial', 'unpacked']) {
    mkdirSync(join(work, folder), { recursive: true });
  }
  writeFileSync(join(work, 'status'), '');
  writeFileSync(
    join(work, 'sources.list'),
    `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${await debianMirror()} ${SUITE} main\n`,
  );
  const apart = Object.entries({
    'Dir::State': join(work, 'state'),
    'Dir::State::status': join(work, 'status'),
    'Dir::Cache': join(work, 'cache'),
    'Dir::Etc::sourcelist': join(work, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'APT::Sandbox::User': 'root',
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const packages = missing.map((plugin) => PLUGINS[plugin]);
  await runCommand('apt-get', [...apart, 'update', '-qq']);
  await runCommand('apt-get', [...apart, 'download', '-q', ...packages], { cwd: work });
  const unpacked = join(work, 'unpacked');
  for (const file of readdirSync(work).filter((name) => name.endsWith('.deb'))) {
    await runCommand('dpkg-deb', ['-x', join(work, file), unpacked]);
  }
  const target = join(DOCKER_CONFIG_FOLDER, 'cli-plugins');
  mkdirSync(target, { recursive: true });
  for (const entry of readdirSync(unpacked, { recursive: true, encoding: 'utf8' })) {
    const plugin = missing.find((name) => entry.endsWith(`cli-plugins/docker-${name}`));
    if (plugin === undefined) continue;
    const file = join(target, `docker-${plugin}`);
    copyFileSync(join(unpacked, entry), file);
    chmodSync(file, 0o755);
  }
  rmSync(work, { recursive: true, force: true });
}

/** The mirror that this machine's own packages come from. */
export async function debianMirror(): Promise<string> {
  const format = ['--format', '$(ORIGIN) $(REPO_URI)', 'Created-By: Packages'];
  const targets = await runCommand('apt-get', ['indextargets', ...format]);
  const mirror = /^Debian (\S+[^/])\/?$/m.exec(targets)?.[1];
  return mirror ?? 'http://deb.debian.org/debian';
}
