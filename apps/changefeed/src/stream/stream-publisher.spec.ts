import { describe, expect, it } from '@jest/globals';
import type { SourceRoute } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import type { TopicMessages } from '@lakeferry/kafka';
import { ChangePosition, TUPLE_TEXT, TupleView, lsnOf } from '@lakeferry/postgres';
import { must, systemClock } from '@lakeferry/runtime';
import { RouteTable } from '../route/route-table.js';
import { StreamPublisher } from './stream-publisher.js';
import { StreamSink } from './stream-sink.js';

const ID = { name: 'id', typeOid: 23, baseTypeOid: 23 };
const RELATION = {
  ...{ oid: 1, schema: 'public', name: 'orders', replicaIdentity: 'default' as const },
  columns: [{ name: 'id', typeOid: 23, isKey: true }],
};

function setup() {
  const routes = new RouteTable();
  const active = routes.set({
    v: 1,
    task: { taskId: 'a', taskName: 'a', tableName: 'public.orders' } as SourceRoute['task'],
    ...{ tableOid: 1, key: [ID], row: [ID], leafOids: [], halted: null, plan: null },
    lanes: [{ from: '0/0', count: 1 }],
  });
  const committed: TopicMessages[][] = [];
  const sink: StreamSink = new StreamSink({
    ...{ routes, published: { lsn: 0n, last: null } },
    onPending: () => publisher.pending(),
    adapt: ({ route }) => ({ ...route, until: null }),
    ...{ onPassed: () => undefined, onTableChanged: () => undefined },
  });
  const publisher: StreamPublisher = new StreamPublisher({
    ...{ source: 'shop', routes, sink, clock: systemClock },
    origin: { systemIdentifier: '1', timeline: 1, database: 'shop', slot: 'slot' },
    limits: { flushMs: 1, flushBytes: 1 },
    commit: (messages) => {
      committed.push(messages);
      return Promise.resolve();
    },
    ...{ onGathered: () => undefined, onPublished: () => undefined },
  });
  return { sink, publisher, committed, lane: must(active.lanes[0], 'the route has a lane') };
}

function insert(sink: StreamSink, id: string, low: number): void {
  const tuple = new TupleView();
  tuple.reserve(1);
  tuple.bytes = Buffer.from(id);
  tuple.kinds[0] = TUPLE_TEXT;
  tuple.ends[0] = id.length;
  const position = new ChangePosition();
  position.lsnLow = low;
  sink.insert(RELATION, tuple, position);
}

describe('StreamPublisher', () => {
  it('publishes what was gathered with the position of its last change', async () => {
    const { sink, publisher, committed } = setup();
    const stop = new AbortController();
    const running = publisher.run(stop.signal);
    sink.begin(lsnOf(0x20n), 0n);
    insert(sink, '7', 0x10);
    await publisher.request([]);
    stop.abort();
    await running;
    const [rows, position] = must(committed[0], 'a transaction was committed');
    expect(String(rows?.messages[0]?.value)).toContain('"id":7');
    expect(String(position?.messages[0]?.value)).toContain('"last":["0/20","0/10",0]');
  });

  it('publishes nothing more once a change was left halfway: its position would cover it', async () => {
    const { sink, publisher, committed, lane } = setup();
    const stop = new AbortController();
    const running = publisher.run(stop.signal);
    sink.begin(lsnOf(0x20n), 0n);
    insert(sink, '7', 0x10);
    lane.append = () => {
      throw new RangeError('no memory');
    };
    expect(() => insert(sink, '8', 0x18)).toThrow(RangeError);
    await systemClock.sleep(30);
    stop.abort();
    await running;
    expect(committed).toEqual([]);
  });

  it('refuses a request that comes when nothing is published any more', async () => {
    const { publisher } = setup();
    const early = publisher.request([]);
    const over = new DeliveryError('KAFKA_FENCED', 'restarted');
    publisher.discard(over);
    await expect(early).rejects.toBe(over);
    await expect(publisher.request([])).rejects.toBe(over);
  });
});
