import { describe, expect, it } from '@jest/globals';
import { sourceRoute, type DeliveryColumn, type SourceRoute } from '@lakeferry/contracts';
import type { TableColumn, TableShape } from '@lakeferry/postgres';
import { alterRoute, type Alteration } from './alter-route.js';
import { reviseRoute } from './revise-route.js';
import { formOf } from './route-form.js';
import { withTableFacts } from './table-facts.js';

const TYPES: Readonly<Record<string, number>> = { int8: 20, text: 25, bool: 16, int4: 23 };
const AT = '2026-11-21T10:00:00.000000Z';

/** `note:2:text` */
function shape(text: string) {
  return text.split(' ').map((part) => {
    const [name = '', attnum, type = 'text'] = part.split(':');
    return { name, attnum: Number(attnum), typeOid: TYPES[type] ?? 0 };
  });
}

function catalog(text: string): TableColumn[] {
  return text.split(' ').map((part) => {
    const [name = '', attnum, type = 'text'] = part.split(':');
    const typeOid = TYPES[type] ?? 0;
    const digits = { precision: null, scale: null, notNull: false, toastable: false };
    const facts = { generated: 'no', deliverable: true, sqlType: type, ...digits } as const;
    return { name, attnum: Number(attnum), type, typeOid, baseTypeOid: typeOid, ...facts };
  });
}

function column(columnName: string, sourceType: string, type: DeliveryColumn['type']) {
  return { columnName, ossColumnName: columnName, type, encode: 'PLAIN', sourceType } as const;
}

function route(): SourceRoute {
  const [id, note, memo] = shape('id:1:int8 note:2 memo:3').map((each) => ({
    ...each,
    baseTypeOid: each.typeOid,
  }));
  const schema = [column('id', 'int8', 'INT64'), column('note', 'text', 'UTF8')];
  return sourceRoute.parse({
    v: 1,
    task: {
      ...{ v: 1, taskId: '4f1e6f0e-9a51-4f5c-8f0e-2d6a1f6b7c01', taskName: 'orders', source: 's' },
      ...{ tableName: 'public.t', taskType: 'INC', state: 'active', lanes: 1, schemaVersion: 1 },
      config: {
        ...{ ossPrefix: 'p', ossBucket: 'lake', format: 'Parquet', timeZone: 'UTC' },
        schema: [...schema, column('memo', 'text', 'UTF8')],
        ...{ fileBytesTarget: 1, fileAgeSecondsMax: 1 },
      },
      createdAt: AT,
    },
    ...{ tableOid: 1, key: [id], row: [id, note, memo], leafOids: [1], halted: null, plan: null },
    lanes: [{ from: '0/0', count: 1 }],
    form: {
      ...{ version: 1, revision: 1, lsn: '0/10', changes: [], notes: [] },
      shape: shape('id:1:int8 note:2 memo:3 other:4'),
    },
  });
}

function alter(now: string, change: Partial<Alteration> = {}, from = route()): SourceRoute {
  return alterRoute(from, {
    ...{ shape: shape(now), keyNames: ['id'], commitLsn: 0x20n, at: AT, follow: false },
    ...{ knownVersion: 1, catalog: catalog(now) },
    ...change,
  });
}

const rowOf = ({ row }: SourceRoute) =>
  row.map(({ name, gone }) => (gone === true ? `-${name}` : name)).join(' ');
const schemaOf = ({ task }: SourceRoute) =>
  task.config.schema.map((c) => `${c.columnName}>${c.ossColumnName}:${c.type}`).join(' ');
const notesOf = (altered: SourceRoute) =>
  formOf(altered).notes.map(({ code, column: name }) => `${code} ${name}`);

describe('alterRoute', () => {
  it('keeps a column that was renamed under its name in the objects, as a new version', () => {
    const altered = alter('id:1:int8 remark:2 memo:3 other:4');
    expect(rowOf(altered)).toBe('id remark memo');
    expect(schemaOf(altered)).toBe('id>id:INT64 remark>note:UTF8 memo>memo:UTF8');
    expect(notesOf(altered)).toEqual(['COLUMN_RENAMED remark']);
    expect(formOf(altered)).toMatchObject({ version: 2, revision: 1, lsn: '0/20' });
    expect(altered.base).toEqual({ key: route().key, row: route().row });
    expect(sourceRoute.parse(altered)).toEqual(altered);
  });

  it('exchanges names', () => {
    const altered = alter('id:1:int8 memo:2 note:3 other:4');
    expect(schemaOf(altered)).toBe('id>id:INT64 memo>note:UTF8 note>memo:UTF8');
    expect(altered.row.map(({ attnum }) => attnum)).toEqual([1, 2, 3]);
  });

  it('nulls a column that was dropped, in the same version, until one of its name comes', () => {
    const dropped = alter('id:1:int8 memo:3 other:4');
    expect(rowOf(dropped)).toBe('id -note memo');
    expect(notesOf(dropped)).toEqual(['COLUMN_DROPPED note']);
    expect(formOf(dropped).version).toBe(1);
    const back = alter('id:1:int8 memo:3 other:4 note:5', {}, dropped);
    expect(rowOf(back)).toBe('id note memo');
    expect(notesOf(back)).toEqual(['COLUMN_DROPPED note', 'COLUMN_RETURNED note']);
    expect(formOf(back).version).toBe(1);
  });

  it('keeps the name of a dropped column apart from a column that took it', () => {
    const altered = alter('id:1:int8 note:3 other:4');
    expect(rowOf(altered)).toBe('id -note (dropped 2) note');
    expect(schemaOf(altered)).toBe('id>id:INT64 note (dropped 2)>note:UTF8 note>memo:UTF8');
  });

  it('makes a new version of a new type, and tells whose values do not fit', () => {
    const altered = alter('id:1:int8 note:2:bool memo:3 other:4');
    expect(altered.row[1]).toMatchObject({ name: 'note', typeOid: 16, baseTypeOid: 16 });
    expect(altered.task.config.schema[1]).toMatchObject({ sourceType: 'bool', type: 'UTF8' });
    const misfit = alter('id:1 note:2 memo:3 other:4', { keyNames: [] });
    expect(formOf(misfit).notes[0]).toMatchObject({ code: 'COLUMN_RETYPED', column: 'id' });
    expect(formOf(misfit).notes[0]?.message).toContain('counted as dirty');
  });

  it('takes a type that the catalog no longer has for text, which loses nothing', () => {
    const altered = alter('id:1:int8 note:2:bool memo:3 other:4', {
      catalog: catalog('id:1:int8 note:2:int4 memo:3 other:4'),
    });
    expect(altered.row[1]).toMatchObject({ typeOid: 16, baseTypeOid: 25 });
    expect(altered.task.config.schema[1]).toMatchObject({ sourceType: 'text' });
  });

  it('delivers new columns where the task follows its table, and only new ones', () => {
    const now = 'id:1:int8 note:2 memo:3 other:4 more:5:int4';
    expect(rowOf(alter(now))).toBe('id note memo');
    expect(notesOf(alter(now))).toEqual(['COLUMN_ADDED more']);
    expect(notesOf(alter(now, {}, alter(now)))).toEqual(['COLUMN_ADDED more']);
    const followed = alter(now, { follow: true });
    expect(schemaOf(followed)).toContain('memo>memo:UTF8 more>more:INT64');
    expect(rowOf(followed)).toBe('id note memo more');
    expect(formOf(followed)).toMatchObject({ version: 2, changes: [{ kind: 'followed' }] });
    const again = alter(`${now} last:6`, { follow: true, knownVersion: 2 }, followed);
    expect(formOf(again).changes.map(({ version }) => version)).toEqual([3]);
  });

  it('spreads rows by another key from the point on at which the stream tells one', () => {
    const altered = alter('id:1:int8 note:2 memo:3 other:4', { keyNames: ['memo'] });
    expect(altered.key.map(({ name }) => name)).toEqual(['memo']);
    expect(notesOf(altered)).toEqual(['KEY_CHANGED null']);
    const without = alter('note:2 memo:3 other:4', { keyNames: [] });
    expect(without.key).toEqual([]);
  });
});

describe('reviseRoute', () => {
  function revise(from: SourceRoute, columns: string[], table: string) {
    const { task } = from;
    const schema = columns.map((name) => column(name, 'text', 'UTF8'));
    const wish = {
      ...task,
      schemaVersion: 1,
      schemaRevision: 5,
      config: { ...task.config, schema },
    };
    const described = { columns: catalog(table), keyColumns: ['id'] } as unknown;
    const looked = { table: described as TableShape['table'], dropped: [], holdsFrom: 0x30n };
    return reviseRoute(from, { task: wish, shape: looked as unknown as TableShape, at: AT });
  }

  it('puts the wish in force over the table as it is, as a new version', () => {
    const revised = revise(route(), ['note', 'other'], 'id:1:int8 note:2 memo:3 other:4');
    expect(rowOf(revised)).toBe('note other');
    expect(formOf(revised)).toMatchObject({ version: 2, revision: 5, lsn: '0/30' });
    expect(revised.key).toEqual(route().key.map((each) => ({ ...each, attnum: 1 })));
  });

  it('keeps what was followed meanwhile and the wish does not know', () => {
    const now = 'id:1:int8 note:2 memo:3 other:4 more:5:int4';
    const followed = alter(now, { follow: true });
    const revised = revise(followed, ['memo'], now);
    expect(schemaOf(revised)).toBe('memo>memo:UTF8 more>more:INT64');
    expect(formOf(revised).changes).toHaveLength(1);
  });

  it('nulls a column that is gone by now, and says so', () => {
    const revised = revise(route(), ['note', 'memo'], 'id:1:int8 note:2');
    expect(rowOf(revised)).toBe('note -memo');
    expect(notesOf(revised)).toEqual(['COLUMN_MISSING memo']);
  });
});

describe('withTableFacts', () => {
  const facts = (change: object) => ({
    table: { table: 'public.t', columns: catalog('id:1:int8 note:2 more:5') } as never,
    ...{ leafOids: [1], follow: false, atMs: 0 },
    ...change,
  });

  it('tells of a new name and of new columns once', () => {
    const table = { table: 'public.u', columns: catalog('id:1:int8 more:5') } as never;
    const told = withTableFacts(route(), facts({ table }));
    expect(notesOf(told)).toEqual(['TABLE_RENAMED null', 'COLUMN_ADDED more']);
    expect(withTableFacts(told, facts({ table }))).toBe(told);
  });

  it('has nothing to tell of new columns that are followed', () => {
    const same = route();
    expect(withTableFacts(same, facts({ follow: true }))).toBe(same);
  });
});
