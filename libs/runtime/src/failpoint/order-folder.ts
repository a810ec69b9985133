import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../assert.js';
import type { Failpoint } from './failpoint-names.js';
import { readOrder, type FailpointAction, type FailpointHit } from './failpoint-order.js';

/**
 * A folder of orders, one file per armed failpoint. An order is obeyed by exactly one process: the one
 * that renames its file. Everything is synchronous, since the process may end at any of its lines.
 */
export class OrderFolder {
  readonly #folder: string;
  /** How often each failpoint was reached since its order was there. */
  readonly #reached = new Map<Failpoint, number>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What is to be done now that the failpoint is reached; claimed, and told as `<name>.hit`. */
  claim(name: Failpoint): FailpointAction | undefined {
    const file = join(this.#folder, name);
    const text = this.#read(file);
    if (text === undefined) {
      this.#reached.delete(name);
      return undefined;
    }
    const order = readOrder(text);
    assert(order !== undefined, 'the file of a failpoint holds no order', { name });
    const reached = (this.#reached.get(name) ?? 0) + 1;
    this.#reached.set(name, reached);
    if (reached < order.after) return undefined;
    this.#reached.delete(name);
    const { pid } = process;
    const claimed = `${file}.${pid}`;
    if (!moved(file, claimed)) return undefined;
    const hit: FailpointHit = { pid, order: text.trim(), at: new Date().toISOString() };
    writeFileSync(claimed, JSON.stringify(hit));
    renameSync(claimed, `${file}.hit`);
    return order.action;
  }

  #read(file: string): string | undefined {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }
}

/** Whether it was us who moved the file. */
function moved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
