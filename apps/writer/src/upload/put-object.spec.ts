import { describe, expect, it } from '@jest/globals';
import { MemoryObjectStore, faulty, randomBody } from '@lakeferry/object-store/testing';
import { putObject } from './put-object.js';

describe('putObject', () => {
  it('takes the same bytes under the key for its own', async () => {
    const store = new MemoryObjectStore();
    const request = { key: 'k', ...randomBody(10) };
    await putObject(store, request);
    await putObject(store, request);
    expect(store.objects.size).toBe(1);
  });

  it('heals a lost answer by repetition', async () => {
    const store = new MemoryObjectStore();
    const shaky = faulty(store, {
      putIfAbsent: [{ kind: 'failAfterWrite', code: 'OBJECT_STORE_UNAVAILABLE' }],
    });
    const request = { key: 'k', ...randomBody(10) };
    await expect(putObject(shaky, request)).rejects.toMatchObject({ action: 'retry' });
    await putObject(shaky, request);
    expect(store.objects.size).toBe(1);
  });

  it.each([
    [
      'other bytes of ours',
      (s: MemoryObjectStore) => s.putIfAbsent({ key: 'k', ...randomBody(10) }),
    ],
    [
      'a full object that a zombie would replace by a shorter one',
      (s: MemoryObjectStore) => s.putIfAbsent({ key: 'k', ...randomBody(1_000) }),
    ],
    ['a foreign object', (s: MemoryObjectStore) => Promise.resolve(s.plant('k', Buffer.alloc(10)))],
  ])('halts on %s under its key, and leaves them', async (_name, plant) => {
    const store = new MemoryObjectStore();
    await plant(store);
    const before = store.objects.get('k');
    await expect(putObject(store, { key: 'k', ...randomBody(10) })).rejects.toMatchObject({
      code: 'OBJECT_STORE_KEY_TAKEN',
      action: 'halt',
    });
    expect(store.objects.get('k')).toBe(before);
  });

  it('tries again when the object went between put and head', async () => {
    const store = new MemoryObjectStore();
    const gone = { ...faulty(store, {}), putIfAbsent: () => Promise.resolve('exists' as const) };
    await expect(putObject(gone, { key: 'k', ...randomBody(10) })).rejects.toMatchObject({
      code: 'OBJECT_STORE_UNAVAILABLE',
    });
  });
});
