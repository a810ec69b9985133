import { assert } from '@lakeferry/runtime';

/** A sealed file on its way to the bucket. */
export interface SequencedFile<F> {
  readonly kind: 'file';
  readonly prefix: string;
  /** Offset behind the file's seal. */
  readonly nextOffset: bigint;
  readonly file: F;
}

/** Something that holds once everything before it is visible. */
export interface SequencedMark<M> {
  readonly kind: 'mark';
  readonly nextOffset: bigint;
  readonly mark: M;
}

/** What became contiguous: everything below `nextOffset` is visible. */
export interface Settled<M> {
  readonly nextOffset: bigint;
  /** Marks that were passed, in order. */
  readonly marks: readonly M[];
}

type Entry<F, M> =
  | { state: 'waiting' | 'uploading' | 'visible'; readonly item: SequencedFile<F> }
  | {
      readonly state: 'mark';
      readonly item: SequencedMark<M>;
    };

/**
 * The order of one lane. An entry is
 * - `waiting`    sealed and in line; its sequence may be assigned already;
 * - `uploading`  being put: at most `parallel` files of a lane, and one per rendered prefix;
 * - `visible`    in the bucket and marked so in the ledger, but something before it is not;
 * - `mark`       nothing to do but to be passed.
 *
 * Invariants: a file is started only when every earlier file of its rendered prefix is visible, so
 * object n+1 never shows before n. The position moves over visible files and marks from the front
 * only, so it never passes a file that is not visible.
 */
export class Sequencer<F, M> {
  readonly #parallel: number;
  #entries: Entry<F, M>[] = [];

  constructor(parallel: number) {
    this.#parallel = parallel;
  }

  /** Files that are not visible yet. */
  get pending(): number {
    return this.#entries.filter(({ state }) => state === 'waiting' || state === 'uploading').length;
  }

  /** Entries that are in line, visible ones behind a gap included. */
  get length(): number {
    return this.#entries.length;
  }

  add(item: SequencedFile<F> | SequencedMark<M>): void {
    const last = this.#entries.at(-1)?.item.nextOffset;
    assert(last === undefined || last < item.nextOffset, 'entries of a lane come in order');
    if (item.kind === 'mark') this.#entries.push({ state: 'mark', item });
    else this.#entries.push({ state: 'waiting', item });
  }

  /** The files to start now; they count as uploading from here on. */
  start(): readonly F[] {
    const taken = new Set<string>();
    const started: F[] = [];
    let uploading = this.#entries.filter(({ state }) => state === 'uploading').length;
    for (const entry of this.#entries) {
      if (entry.state === 'mark' || entry.state === 'visible') continue;
      const { prefix, file } = entry.item;
      if (entry.state === 'waiting' && !taken.has(prefix) && uploading < this.#parallel) {
        entry.state = 'uploading';
        uploading += 1;
        started.push(file);
      }
      taken.add(prefix);
    }
    return started;
  }

  /** A started file became visible. @returns what is contiguous now, if that moved. */
  visible(file: F): Settled<M> | undefined {
    const entry = this.#entries.find(({ item }) => item.kind === 'file' && item.file === file);
    assert(entry?.state === 'uploading', 'only a file that was started becomes visible');
    entry.state = 'visible';
    return this.settle();
  }

  /** Takes what is contiguous off the front. */
  settle(): Settled<M> | undefined {
    const open = this.#entries.findIndex(
      ({ state }) => state === 'waiting' || state === 'uploading',
    );
    const count = open === -1 ? this.#entries.length : open;
    const passed = this.#entries.slice(0, count);
    const last = passed.at(-1);
    if (last === undefined) return undefined;
    this.#entries = this.#entries.slice(count);
    const marks = passed.flatMap(({ item }) => (item.kind === 'mark' ? [item.mark] : []));
    return { nextOffset: last.item.nextOffset, marks };
  }
}
