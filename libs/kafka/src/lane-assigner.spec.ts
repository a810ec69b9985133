import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assignLanes } from './lane-assigner.js';

const members = (count: number) => Array.from({ length: count }, (_, index) => `member-${index}`);
const lanes = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('assignLanes', () => {
  test('gives every lane to one member, and no member more than one above another', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 16 }),
        (groupId, memberIds, count) => {
          const owned = assignLanes(groupId, memberIds, lanes(count));
          const all = [...owned.values()].flat().sort((a, b) => a - b);
          expect(all).toEqual(lanes(count));
          const sizes = memberIds.map((member) => owned.get(member)?.length ?? 0);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test('does not depend on the order in which members and lanes are told', () => {
    const one = assignLanes('group', members(3), lanes(4));
    const other = assignLanes('group', members(3).reverse(), lanes(4).reverse());
    expect(new Map([...other].sort())).toEqual(new Map([...one].sort()));
  });

  test('spreads lane 0 of many groups over the members', () => {
    const owners = lanes(60).map((group) => {
      const owned = assignLanes(`task-${group}`, members(3), lanes(4));
      return [...owned].find(([, mine]) => mine.includes(0))?.[0];
    });
    for (const member of members(3)) {
      expect(owners.filter((owner) => owner === member).length).toBeGreaterThan(8);
    }
  });

  test('gives nothing to nobody', () => {
    expect(assignLanes('group', [], lanes(4))).toEqual(new Map());
  });
});
