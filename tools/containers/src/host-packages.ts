import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { step } from './progress.js';
import { runCommand } from './run-command.js';

/** Programs that the lane needs, and the Debian packages that bring them. */
const PACKAGES: Readonly<Record<string, string>> = {
  dockerd: 'docker.io',
  docker: 'docker.io',
  iptables: 'iptables',
  ip: 'iproute2',
  mmdebstrap: 'mmdebstrap',
};

const NO_QUESTIONS = { DEBIAN_FRONTEND: 'noninteractive' };

export const isRoot = (): boolean => process.getuid?.() === 0;

/** Whether a program is found where root finds programs. */
export function isInstalled(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}

/** Whether this is Debian, whose packages the lane knows. */
export function isDebian(): boolean {
  const file = '/etc/os-release';
  return existsSync(file) && /^ID=debian$/m.test(readFileSync(file, 'utf8'));
}

/**
 * Installs what is missing of these programs.
 *
 * @throws Error naming the packages, where they can't be installed here
 */
export async function needPrograms(programs: readonly string[]): Promise<void> {
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((program) => PACKAGES[program] ?? program))];
  const install = ['install', '-y', '-q', '--no-install-recommends', ...packages];
  if (!isRoot() || !isDebian()) {
    throw new Error(
      `${missing.join(', ')} missing: on Debian run this command as root, or "apt-get ${install.join(' ')}"`,
    );
  }
  await step(`Installing ${packages.join(', ')} (apt)`, async () => {
    await runCommand('apt-get', ['update', '-qq'], { env: NO_QUESTIONS });
    await runCommand('apt-get', install, { env: NO_QUESTIONS });
  });
}
