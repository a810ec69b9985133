import { describe, expect, it, jest } from '@jest/globals';
import type { DesiredTask } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import { bufferBody, type StaleUploads } from '@lakeferry/object-store';
import { MemoryObjectStore } from '@lakeferry/object-store/testing';
import { silentLogger } from '@lakeferry/observability';
import { systemClock } from '@lakeferry/runtime';
import type { AssembledFile } from '../file/file-assembler.js';
import type { DeliveryLedger } from '../commit/delivery-ledger.js';
import type { BucketWatch } from './bucket-watch.js';
import { FileDelivery } from './file-delivery.js';

class SweptStore extends MemoryObjectStore {
  readonly sweeps: StaleUploads[] = [];

  override abortStale(uploads?: StaleUploads): Promise<number> {
    if (uploads !== undefined) this.sweeps.push(uploads);
    return Promise.resolve(0);
  }
}

function delivery(store: SweptStore) {
  let sequence = 0;
  const ledger: Partial<DeliveryLedger> = {
    assignSequence: ({ keyPrefix }) => {
      sequence += 1;
      const objectKey = `${keyPrefix}${sequence}`;
      return Promise.resolve({ sequence, objectKey, state: 'assigned', epoch: 0 });
    },
  };
  const task = { taskId: 'id', taskName: 't', config: { ossPrefix: 'new/year=$yyyy' } };
  const watch: Pick<BucketWatch, 'around'> = { around: (work) => work() };
  return new FileDelivery({
    ...{ lane: 1, epoch: 0, clock: systemClock, logger: silentLogger },
    destination: { name: 's3/lake', store },
    task: task as DesiredTask,
    watch: watch as BucketWatch,
    ledger: ledger as DeliveryLedger,
  });
}

function file(prefix: string): AssembledFile {
  const seal = { prefix, sha256: 'a'.repeat(64) } as AssembledFile['seal'];
  return { seal, body: bufferBody(Buffer.from('x')) } as unknown as AssembledFile;
}

describe("a predecessor's unfinished uploads", () => {
  it('are aborted once under the prefix of the task, and under each earlier one', async () => {
    const store = new SweptStore();
    const lane = delivery(store);
    const { signal } = new AbortController();
    const prefixes = ['new/year=2025', 'old/2025', 'new/year=2026', 'old/2025', 'old/2026'];
    for (const prefix of prefixes) await lane.attempt(file(prefix), signal);
    expect(store.sweeps.map(({ prefix }) => prefix)).toEqual([
      'new/year=',
      'old/2025/t_1_old_2025__',
      'old/2026/t_1_old_2026__',
    ]);
  });

  it('are those of this lane, and of no key prefix that only begins alike', async () => {
    const store = new SweptStore();
    const { signal } = new AbortController();
    const lane = delivery(store);
    for (const prefix of ['new/year=2025', 'old']) await lane.attempt(file(prefix), signal);
    const [whole, earlier] = store.sweeps;
    const keys = ['new/year=2025/t_1_new_year=2025__7', 'new/year=2025/t_2_new_year=2025__7'];
    expect(keys.map((key) => whole?.isOwn(key))).toEqual([true, false]);
    const others = ['old/t_1_old__7', 'old/t_1_old__x/t_1_old_t_1_old__x__7'];
    expect(others.map((key) => earlier?.isOwn(key))).toEqual([true, false]);
  });
});

describe('a put that is repeated', () => {
  it('is told so to the store, which looks for what the failed one did', async () => {
    const store = new SweptStore();
    const put = jest
      .spyOn(store, 'putIfAbsent')
      .mockRejectedValueOnce(new DeliveryError('OBJECT_STORE_UNAVAILABLE', 'no answer'));
    const { signal } = new AbortController();
    const lane = delivery(store);
    const one = file('new/year=2025');
    await expect(lane.attempt(one, signal)).rejects.toMatchObject({ action: 'retry' });
    await lane.attempt(one, signal);
    await lane.attempt(file('new/year=2025'), signal);
    expect(put.mock.calls.map(([{ again }]) => again)).toEqual([false, true, false]);
  });
});
