import { describe, expect, it } from '@jest/globals';
import type { SourceRoute } from '@lakeferry/contracts';
import { IdentityRegister } from '../stream/identity-register.js';
import { RouteTable, laneCountAt, widestLaneCount } from './route-table.js';

const LANES = [
  { from: '0/0', count: 1 },
  { from: '0/100', count: 4 },
  { from: '1/0', count: 2 },
];

function route(taskId: string, tableOid: number, plan: SourceRoute['plan'] = null): SourceRoute {
  return {
    v: 1,
    task: { taskId, taskName: taskId } as SourceRoute['task'],
    ...{ tableOid, key: [], row: [], lanes: LANES, leafOids: [], halted: null, plan },
  };
}

describe('laneCountAt', () => {
  it.each([
    [0n, 1],
    [0xffn, 1],
    [0x100n, 4],
    [0xffff_ffffn, 4],
    [0x1_0000_0000n, 2],
  ])('at commit LSN %s it is %s', (commitLsn, count) => {
    expect(laneCountAt(LANES, commitLsn)).toBe(count);
  });

  it('sends control records to as many lanes as ever held rows', () => {
    expect(widestLaneCount(LANES)).toBe(4);
  });
});

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
});
