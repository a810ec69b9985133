import { describe, expect, it } from '@jest/globals';
import type { DesiredTask, RouteForm, SourceRoute } from '@lakeferry/contracts';
import type { DeliveryError } from '@lakeferry/errors';
import type { TopicMessages } from '@lakeferry/kafka';
import { silentLogger } from '@lakeferry/observability';
import type { StreamRelation, TableShape } from '@lakeferry/postgres';
import { systemClock } from '@lakeferry/runtime';
import type { StreamPublisher } from '../stream/stream-publisher.js';
import { DesiredTasks } from './desired-tasks.js';
import { RouteChanges, alteredTableOf } from './route-changes.js';
import { RouteTable } from './route-table.js';

const TEXT = 25;
const POINT = { commitLsn: 0x20n, commitTimeMicros: 0n };

function relation(...names: string[]): StreamRelation {
  return {
    ...{ oid: 1, schema: 'public', name: 't', replicaIdentity: 'default' },
    columns: names.map((name, index) => ({ name, typeOid: TEXT, isKey: index === 0 })),
  };
}

/** The catalog with columns of these names, numbered from 1; a column without a name was dropped. */
function catalog(names: string[], seesBelow = 0x30n): TableShape {
  const columns = names.flatMap((name, index) => {
    const type = { type: 'text', sqlType: 'text', precision: null, scale: null };
    const column = { name, attnum: index + 1, typeOid: TEXT, baseTypeOid: TEXT, ...type };
    return name === '' ? [] : [{ ...column, deliverable: true }];
  });
  const dropped = names.flatMap((name, index) => (name === '' ? [index + 1] : []));
  const table = { columns, keyColumns: [names[0]] };
  return { table, dropped, seesBelow, holdsFrom: seesBelow } as unknown as TableShape;
}

function setup(shapes: [number, TableShape | null][] = []) {
  const column = (name: string) => ({
    ...{ columnName: name, ossColumnName: name, type: 'UTF8', encode: 'PLAIN', sourceType: 'text' },
  });
  const task = {
    ...{ taskId: 'a', taskName: 'a', tableName: 'public.t', schemaVersion: 1 },
    config: { schema: [column('id'), column('note')], schemaChanges: 'report' },
  } as unknown as DesiredTask;
  const shape = ['id', 'note'].map((name, index) => ({ name, attnum: index + 1, typeOid: TEXT }));
  const row = shape.map((each) => ({ ...each, baseTypeOid: TEXT }));
  const route = {
    ...{
      v: 1,
      task,
      tableOid: 1,
      key: row.slice(0, 1),
      row,
      leafOids: [],
      halted: null,
      plan: null,
    },
    lanes: [{ from: '0/0', count: 2 }],
    form: { version: 1, revision: 1, lsn: '0/10', shape, changes: [], notes: [] },
  } as SourceRoute;
  const routes = new RouteTable();
  const active = routes.set(route);
  const requests: TopicMessages[][] = [];
  const published = Promise.withResolvers<void>();
  const forms: number[] = [];
  const revised: number[] = [];
  const halted: DeliveryError[] = [];
  const desired = new DesiredTasks(silentLogger);
  const changes = new RouteChanges({
    ...{ source: 'shop', routes, desired, clock: systemClock },
    publisher: {
      request: (messages: TopicMessages[]) => {
        requests.push(messages);
        return published.promise;
      },
    } as unknown as StreamPublisher,
    ...{ shapes: new Map(shapes), logger: silentLogger },
    onRevised: (oid) => revised.push(oid),
    onHalt: (_active, error) => halted.push(error),
    onForm: (_taskId: string, { version }: RouteForm) => forms.push(version),
  });
  return { changes, desired, routes, active, requests, published, forms, revised, halted, task };
}

const kinds = ({ routes }: { routes: RouteTable }) =>
  routes.get('a')?.lanes.map((lane) =>
    lane
      .take()
      .map(({ headers }) => headers['kind'])
      .join(),
  );

describe('RouteChanges', () => {
  it('leaves a route alone whose table is as it is known', () => {
    const { changes, active, requests } = setup();
    const fitted = changes.adapt(active, relation('id', 'note', 'new'), POINT);
    expect(fitted).toMatchObject({ until: null, row: active.route.row });
    expect(requests).toEqual([]);
  });

  it('asks for the catalog, and takes none that is older than the change', () => {
    for (const shapes of [[], [[1, catalog(['id', 'remark'], 0x20n)]]] as const) {
      const { changes, active } = setup([...shapes] as [number, TableShape][]);
      let asked: unknown;
      try {
        changes.adapt(active, relation('id', 'remark'), POINT);
      } catch (error) {
        asked = error;
      }
      expect(alteredTableOf(asked)).toBe(1);
    }
  });

  it('puts route, schema and control records of all lanes into one transaction', async () => {
    const seen = setup([[1, catalog(['id', 'remark'])]]);
    const fitted = seen.changes.adapt(seen.active, relation('id', 'remark'), POINT);
    expect(fitted?.row.map(({ name }) => name)).toEqual(['id', 'remark']);
    expect(seen.requests.map((messages) => messages.map(({ topic }) => topic))).toEqual([
      ['lakeferry.source.shop', 'lakeferry.a-a.plan'],
    ]);
    expect(kinds(seen)).toEqual(['schema', 'schema']);
    expect(seen.forms).toEqual([1]);
    seen.published.resolve();
    await systemClock.sleep(1);
    expect(seen.forms).toEqual([1, 2]);
  });

  it('delivers nothing of changes that are older than what is known of the table', () => {
    const { changes, active, requests } = setup();
    const fitted = changes.adapt(active, relation('id'), { ...POINT, commitLsn: 0xfn });
    expect(fitted).toMatchObject({
      until: 0x10n,
      row: [{ name: 'id' }, { name: 'note', gone: true }],
    });
    expect(requests).toEqual([]);
  });

  it.each([
    ['was dropped', null, ['id']],
    ['can not be told', catalog(['id', '', '']), ['id', 'other']],
  ])('halts a task whose table %s', (message, shape, names) => {
    const { changes, active, halted } = setup([[1, shape]]);
    expect(changes.adapt(active, relation(...names), POINT)).toBeNull();
    expect(halted[0]?.message).toContain(message);
  });

  it('builds on what the record of the task has taken in since its wish was read', async () => {
    const seen = setup();
    const wish = { ...seen.task, schemaRevision: 2 };
    const changed = { kind: 'altered', from: 'note', columnName: 'remark', sourceType: 'text' };
    const { route } = seen.active;
    const form = { ...route.form, version: 2, changes: [{ version: 2, ...changed }] };
    seen.routes.set({ ...route, form } as SourceRoute);
    const folded = structuredClone({ ...wish, schemaVersion: 2 }) as DesiredTask;
    (folded.config.schema[1] as { columnName: string }).columnName = 'remark';
    seen.desired.get = () => folded;
    void seen.changes.revise('a', wish, catalog(['id', 'remark']));
    const row = seen.routes.get('a')?.route.row ?? [];
    expect(row.map(({ name, gone }) => [name, gone])).toEqual([
      ['id', undefined],
      ['remark', undefined],
    ]);
    seen.desired.get = () => ({ ...folded, schemaRevision: 3 });
    await seen.changes.revise('a', wish, catalog(['id', 'remark']));
    expect(seen.routes.get('a')?.route.form?.version).toBe(3);
  });

  it('has what the user wants in force for the very next change', async () => {
    const seen = setup();
    const wish = { ...seen.task, schemaRevision: 2 };
    const revising = seen.changes.revise('a', wish, catalog(['id', 'note']));
    expect(seen.revised).toEqual([1]);
    expect(kinds(seen)).toEqual(['schema', 'schema']);
    expect(seen.routes.get('a')?.route.form).toMatchObject({ version: 2, revision: 2 });
    seen.published.resolve();
    await revising;
    expect(seen.forms).toEqual([1, 2]);
  });
});
