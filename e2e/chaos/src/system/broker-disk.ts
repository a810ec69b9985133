import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small disk in memory, for a server whose disk is to fill up. */
export interface SmallDisk {
  readonly path: string;
  release(): void;
}

/** Why this process can't mount a disk; null when it can. Tried once. */
export function whyNoDisk(): string | null {
  if (known !== undefined) return known;
  const path = mkdtempSync(join(tmpdir(), 'lakeferry-disk-'));
  try {
    mount(path, 1);
    unmount(path);
    known = null;
  } catch {
    known = 'a small disk in memory can not be mounted here: that takes root on Linux';
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
  return known;
}

let known: string | null | undefined;

/** Mounts an empty disk; one that an earlier run left there goes first. */
export function mountSmallDisk(path: string, megabytes: number): SmallDisk {
  mkdirSync(path, { recursive: true });
  if (isMounted(path)) unmount(path);
  mount(path, megabytes);
  return { path, release: () => unmount(path) };
}

function mount(path: string, megabytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', path], {
    stdio: 'ignore',
  });
}

function unmount(path: string): void {
  execFileSync('umount', [path], { stdio: 'ignore' });
}

function isMounted(path: string): boolean {
  if (!existsSync('/proc/self/mountinfo')) return false;
  try {
    execFileSync('mountpoint', ['-q', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
