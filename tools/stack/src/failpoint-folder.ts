import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Failpoint, FailpointHit, FailpointOrder } from '@lakeferry/runtime/failpoint';

/** What Node needs so that failpoints do what their folder orders. */
export const FAILPOINT_FLAG = '--conditions=lakeferry-failpoints';

/** The orders for the failpoints of one instance of a service. */
export class FailpointFolder {
  constructor(readonly path: string) {
    mkdirSync(path, { recursive: true });
  }

  /** The folder of an instance by its name, `encoder` or `encoder-2`, say. */
  static of(dataDir: string, instance: string): FailpointFolder {
    return new FailpointFolder(join(dataDir, 'failpoints', instance));
  }

  /** In force at once, for whoever of the instance gets there next; an earlier hit is forgotten. */
  arm(name: Failpoint, order: FailpointOrder): void {
    const file = join(this.path, name);
    rmSync(`${file}.hit`, { force: true });
    writeFileSync(`${file}.new`, order);
    renameSync(`${file}.new`, file);
  }

  /** @returns whether the order was still waiting */
  disarm(name: Failpoint): boolean {
    const file = join(this.path, name);
    const isArmed = existsSync(file);
    rmSync(file, { force: true });
    return isArmed;
  }

  /** Who obeyed the last order; `undefined` while nobody has. */
  hit(name: Failpoint): FailpointHit | undefined {
    const file = join(this.path, `${name}.hit`);
    if (!existsSync(file)) return undefined;
    return JSON.parse(readFileSync(file, 'utf8')) as FailpointHit;
  }
}
