import { describe, expect, it } from '@jest/globals';
import type { ObjectStore } from '../object-store.js';
import { randomBody } from './random-body.js';

const MIB = 1024 * 1024;

async function keysUnder(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys.sort();
}

/**
 * The port's contract, for the fake and the real store alike.
 *
 * @param open an open, empty bucket, or a prefix of one that nobody else uses
 */
export function registerObjectStoreConformance(
  name: string,
  open: () => Promise<{ store: ObjectStore; prefix: string; partedBytes: number }>,
): void {
  describe(`${name} keeps the contract of an object store`, () => {
    it('creates once and answers that it exists from then on', async () => {
      const { store, prefix } = await open();
      const first = randomBody(1000);
      const key = `${prefix}/a=1/one`;
      expect(await store.putIfAbsent({ key, ...first })).toBe('created');
      expect(await store.putIfAbsent({ key, ...first })).toBe('exists');
      expect(await store.putIfAbsent({ key, ...randomBody(500) })).toBe('exists');
      expect(await store.head(key)).toMatchObject({ bytes: 1000, sha256: first.sha256 });
    });

    it('puts a body in parts whole, and does not overwrite with one', async () => {
      const { store, prefix, partedBytes } = await open();
      const first = randomBody(partedBytes);
      const key = `${prefix}/parted`;
      expect(await store.putIfAbsent({ key, ...first })).toBe('created');
      expect(await store.putIfAbsent({ key, ...randomBody(partedBytes) })).toBe('exists');
      expect(await store.head(key)).toMatchObject({ bytes: partedBytes, sha256: first.sha256 });
    }, 30_000);

    it('answers two puts of one key at once with one creation', async () => {
      const { store, prefix } = await open();
      const body = randomBody(MIB / 2);
      const key = `${prefix}/race`;
      const answers = await Promise.all([1, 2, 3].map(() => store.putIfAbsent({ key, ...body })));
      expect(answers.filter((answer) => answer === 'created').length).toBeGreaterThanOrEqual(1);
      expect(await store.head(key)).toMatchObject({ bytes: MIB / 2, sha256: body.sha256 });
    });

    it('has no head of what is not there', async () => {
      const { store, prefix } = await open();
      expect(await store.head(`${prefix}/nothing`)).toBeUndefined();
    });

    it('lists by the beginning of keys, with any characters', async () => {
      const { store, prefix } = await open();
      const keys = ['y=2026/t_0_y=2026__1', 'y=2026/t_0_y=2026__2', 'y=2027/t_0_ü ber__1'];
      for (const key of keys) {
        await store.putIfAbsent({ key: `${prefix}/${key}`, ...randomBody(10) });
      }
      expect(await keysUnder(store, `${prefix}/y=2026/t_0_`)).toEqual(
        keys.slice(0, 2).map((key) => `${prefix}/${key}`),
      );
      expect(await keysUnder(store, `${prefix}/y=2027/t_0_ü `)).toHaveLength(1);
      expect(await keysUnder(store, `${prefix}/none`)).toEqual([]);
    });

    it('is there, and may be asked to abort what is not there', async () => {
      const { store, prefix } = await open();
      await store.checkBucket();
      expect(await store.abortStale({ prefix, isOwn: () => true })).toBe(0);
    });
  });
}
