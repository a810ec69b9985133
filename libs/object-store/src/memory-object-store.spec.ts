import { describe, expect, it } from '@jest/globals';
import { MemoryObjectStore, faulty, randomBody } from './testing/index.js';
import { registerObjectStoreConformance } from './testing/object-store.conformance.js';

registerObjectStoreConformance('the store in memory', () =>
  Promise.resolve({ store: new MemoryObjectStore(), prefix: 'p', partedBytes: 1000 }),
);

describe('faulty', () => {
  it('uses each fault once, and a lost answer leaves the object', async () => {
    const store = new MemoryObjectStore();
    const shaky = faulty(store, {
      putIfAbsent: [
        { kind: 'reject', code: 'OBJECT_STORE_UNAUTHORIZED' },
        { kind: 'failAfterWrite', code: 'OBJECT_STORE_UNAVAILABLE' },
      ],
    });
    const request = { key: 'k', ...randomBody(10) };
    await expect(shaky.putIfAbsent(request)).rejects.toThrow('a scripted fault');
    expect(store.objects.size).toBe(0);
    await expect(shaky.putIfAbsent(request)).rejects.toThrow('after the write');
    expect(await shaky.putIfAbsent(request)).toBe('exists');
  });
});
