import { describe, expect, it } from '@jest/globals';
import type { RouteStatus, SourceStatus } from '@lakeferry/contracts';
import { runsOfTopic } from '../outbox/outbox-publisher.js';
import { StatusBook } from './status-book.js';

const SOURCE: SourceStatus = {
  ...{ kind: 'source', source: 's', state: 'streaming', positionLsn: '0/1', positionAt: null },
  ...{ retainedWalBytes: 1, error: null },
};

const ROUTE: RouteStatus = {
  ...{
    kind: 'route',
    taskId: 't',
    state: 'on',
    c: '0/5',
    waitingFor: 'a lock',
    rows: 7,
    bytes: 70,
  },
  ...{ lanes: { count: 2, opened: 3 }, bytesHeld: 9, unchangedToast: 1, version: 2, error: null },
};
/** What is reported when nothing of the route is left. */
const OFF: RouteStatus = {
  ...{ kind: 'route', taskId: 't', state: 'off', c: null, waitingFor: null, rows: 0, bytes: 0 },
  ...{ bytesHeld: 0, unchangedToast: 0, error: null },
};

describe('the book of reports', () => {
  it('knows of a task whose route is off what it knew before', () => {
    const book = new StatusBook();
    book.caughtUp();
    const route = () => book.of({ taskId: 't', source: 's' }).route;
    book.fold('t/route', JSON.stringify(OFF));
    expect(route()).toEqual(OFF);
    book.fold('t/route', JSON.stringify(ROUTE));
    const off = { ...ROUTE, state: 'off', waitingFor: null, bytesHeld: 0 };
    for (const _ of ['told', 'told again']) {
      book.fold('t/route', JSON.stringify(OFF));
      expect(route()).toEqual(off);
    }
  });

  it('knows where a task started, whatever troubles the removal of its route', () => {
    const book = new StatusBook();
    book.caughtUp();
    const route = () => book.of({ taskId: 't', source: 's' }).route;
    const error = {
      ...{ code: 'KAFKA_FENCED', message: 'm', action: 'retry' as const },
      ...{ since: '2026-07-30T09:00:00.000Z', remedy: null },
    };
    const pending = { ...OFF, state: 'pending', error };
    book.fold('t/route', JSON.stringify(pending));
    expect(route()).toEqual(pending);
    book.fold('t/route', JSON.stringify(ROUTE));
    book.fold('t/route', JSON.stringify(pending));
    expect(route()).toEqual({ ...ROUTE, state: 'pending', waitingFor: null, bytesHeld: 0, error });
    book.fold('t/route', JSON.stringify(OFF));
    expect(route()).toEqual({ ...ROUTE, state: 'off', waitingFor: null, bytesHeld: 0 });
  });

  it('keeps the newest, forgets the gone, and tells what is not stored', () => {
    const book = new StatusBook();
    book.caughtUp();
    expect(book.fold('source/s', JSON.stringify(SOURCE))).toBe('taken');
    expect(book.fold('source/s', JSON.stringify({ ...SOURCE, state: 'halted' }))).toBe('taken');
    expect(book.of({ taskId: 't', source: 's' }).source?.state).toBe('halted');
    expect([...book.takeUnsaved().keys()]).toEqual(['source/s']);
    expect(book.takeUnsaved().size).toBe(0);
    book.putBack(['source/s']);
    book.fold('source/s', null);
    expect(book.takeUnsaved()).toEqual(new Map([['source/s', null]]));
    expect(book.of({ taskId: 't', source: 's' }).source).toBeUndefined();
  });

  it('tells nothing before it has caught up: it would tell what is older than what was told', () => {
    const book = new StatusBook();
    const of = { taskId: 't', source: 's' };
    book.restore(new Map([['source/s', SOURCE]]));
    book.fold('source/s', JSON.stringify(SOURCE));
    expect(() => book.of(of)).toThrow(expect.objectContaining({ code: 'KAFKA_UNAVAILABLE' }));
    book.caughtUp();
    expect(book.of(of).source).toEqual(SOURCE);
  });

  it.each([
    ['source/s', '{'],
    ['source/s', '{"kind":"other"}'],
    ['source/other', JSON.stringify(SOURCE)],
  ])('does not take what is of another form: %#', (key, value) => {
    const book = new StatusBook();
    expect(book.fold(key, value)).toBe('unknown');
    expect(book.takeUnsaved().size).toBe(0);
  });
});

describe('runs of the outbox', () => {
  it('keep the order', () => {
    const records = ['a', 'a', 'b', 'a'].map((topic, at) => ({ topic, key: `${at}`, value: null }));
    const keys = runsOfTopic(records).map((run) => run.map(({ key }) => key));
    expect(keys).toEqual([['0', '1'], ['2'], ['3']]);
  });
});
