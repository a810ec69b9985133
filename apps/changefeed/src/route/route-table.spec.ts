import { describe, expect, it } from '@jest/globals';
import type { SourceRoute } from '@lakeferry/contracts';
import { IdentityRegister } from '../stream/identity-register.js';
import { RouteTable } from './route-table.js';

const LANES = [{ from: '0/0', count: 1 }];

function route(taskId: string, tableOid: number, plan: SourceRoute['plan'] = null): SourceRoute {
  return {
    v: 1,
    task: { taskId, taskName: taskId } as SourceRoute['task'],
    ...{ tableOid, key: [], row: [], lanes: LANES, leafOids: [], halted: null, plan },
  };
}

describe('RouteTable', () => {
  it('finds the tasks of a table', () => {
    const table = new RouteTable();
    table.set(route('a', 1));
    table.set(route('b', 1));
    table.set(route('c', 2));
    table.delete('b');
    expect(table.ofTable(1).map((active) => active.route.task.taskId)).toEqual(['a']);
    expect(table.all()).toHaveLength(2);
  });

  it('keeps what waits in the lanes when a route is renewed', () => {
    const table = new RouteTable();
    const line = Buffer.from('{}\n');
    table.set(route('a', 1)).lanes[0]?.append(line, 0, line.length, new IdentityRegister());
    const renewed = table.set(route('a', 1, {} as SourceRoute['plan']));
    expect(renewed.lanes[0]?.bytes).toBe(line.length);
    expect(renewed.route.plan).not.toBeNull();
  });

  it('gives a route that was opened wider more lanes, and keeps them when it narrows', () => {
    const table = new RouteTable();
    const [first] = table.set(route('a', 1)).lanes;
    const wider = [...LANES, { from: '0/100', count: 3 }];
    const opened = table.set({ ...route('a', 1), lanes: wider });
    expect(opened.lanes).toHaveLength(3);
    expect(opened.lanes[0]).toBe(first);
    const openings = [{ opened: 3, lsn: '0/100', at: null }];
    const narrow = { ...route('a', 1), lanes: [{ from: '0/200', count: 1 }], openings };
    expect(table.set(narrow).lanes).toEqual(opened.lanes);
  });
});
