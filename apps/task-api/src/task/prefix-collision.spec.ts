import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  dirtyMeetsData,
  keysMayCollide,
  prefixesMayMeet,
  readsWithOther,
} from './prefix-collision.js';

describe('prefixes that may render to the same', () => {
  it.each([
    ['a', 'a', true],
    ['a', 'b', false],
    ['a/$yyyy', 'a/$yyyy', true],
    ['a/$yyyy', 'a/2026', true],
    ['a/$yyyy', 'a/x', false],
    ['a/$yyyy', 'a/$MM', true],
    ['a/$yyyy/$MM', 'a/$yyyy', false],
    ['a/$yyyy$MM', 'a/$yyyy', true],
    ['a/year=$yyyy', 'a/month=$yyyy', false],
    ['a/1$MM', 'a/$yyyy', true],
    ['a/$MM1', 'a/$yyyy0', false],
    ['a/$MM/x', 'a/$MM', false],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(prefixesMayMeet(a, b)).toBe(expected);
    expect(prefixesMayMeet(b, a)).toBe(expected);
  });

  it('are found whatever time it is', () => {
    const part = fc.constantFrom('$yyyy', '$MM', '$dd', 'a', '1', '20', '/', 'x=');
    const template = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
    const two = fc.nat({ max: 99 }).map((n) => String(n).padStart(2, '0'));
    const clock = fc.record({ yyyy: two.map((n) => `20${n}`), MM: two, dd: two });
    const render = (text: string, at: { yyyy: string; MM: string; dd: string }) =>
      text.replaceAll('$yyyy', at.yyyy).replaceAll('$MM', at.MM).replaceAll('$dd', at.dd);
    const isPrefix = (text: string) => !/^\/|\/$|\/\//.test(text);
    fc.assert(
      fc.property(template, template, clock, clock, (a, b, one, other) => {
        fc.pre(isPrefix(a) && isPrefix(b));
        if (render(a, one) === render(b, other)) expect(prefixesMayMeet(a, b)).toBe(true);
      }),
    );
  });
});

describe('keys that could collide', () => {
  const base = { taskName: 't', config: { ossPrefix: 'p', ossBucket: 'b' } };
  const at = (change: object) => ({ ...base, config: { ...base.config, ...change } });
  /** Names of which two may be one store, as far as can be told here. */
  const OSS = 'oss-cn-hangzhou.aliyuncs.com';
  const ENDPOINTS = [
    [undefined, 'https://x'],
    ['https://X.example/', 'x.example:443'],
    [OSS, 'oss-cn-hangzhou-internal.aliyuncs.com'],
    [OSS, `s3.${OSS}`],
    [OSS, `${OSS}.`],
    ['mapped.example', 'to-one-store.example'],
  ] as const;

  it.each([
    ['the same', base, base, true],
    ['another name', base, { ...base, taskName: 'u' }, false],
    ['another bucket', base, at({ ossBucket: 'c' }), false],
    ...ENDPOINTS.map(
      ([one, other]) =>
        [
          `${one} and ${other}`,
          at({ ossEndpoint: one }),
          at({ ossEndpoint: other }),
          true,
        ] as const,
    ),
    ['a name that goes on with a lane', base, { ...base, taskName: 't_0' }, false],
    ['dirty objects where rows lie', at({ ossDirtyPrefix: 'q' }), at({ ossPrefix: 'q' }), true],
    [
      'dirty objects in one folder',
      at({ ossDirtyPrefix: 'q' }),
      at({ ossPrefix: 'r', ossDirtyPrefix: 'q' }),
      true,
    ],
    [
      'dirty objects in two folders',
      at({ ossDirtyPrefix: 'q' }),
      at({ ossPrefix: 'r', ossDirtyPrefix: 's' }),
      false,
    ],
  ])('%s', (_what, a, b, expected) => {
    expect(keysMayCollide(a, b)).toBe(expected);
  });
});

describe('dirty objects among the data of another task', () => {
  const config = { ossPrefix: 'p/$yyyy', ossBucket: 'b', ossEndpoint: 'y' };
  const data = { taskName: 'a', config };
  const dirty = (ossDirtyPrefix: string, change = {}) => ({
    taskName: 'b',
    config: { ossPrefix: 'q', ossBucket: 'b', ossDirtyPrefix, ...change },
  });

  it.each([
    ['p/dirty', {}, true],
    ['p', {}, true],
    ['pd', {}, false],
    ['p/dirty', { ossBucket: 'c' }, false],
    ['p/dirty', { ossEndpoint: 'x' }, true],
    ['pd', { ossEndpoint: 'x' }, false],
  ])('%s %j: %p', (prefix, change, expected) => {
    expect(dirtyMeetsData(data, dirty(prefix, change))).toBe(expected);
    expect(dirtyMeetsData(dirty(prefix, change), data)).toBe(expected);
  });

  it('are not looked for where the data starts at the root', () => {
    const root = { ...data, config: { ...data.config, ossPrefix: 'ds=$yyyy' } };
    expect(dirtyMeetsData(root, dirty('anywhere'))).toBe(false);
  });
});

describe('statements that would read objects of another task', () => {
  const at = (taskName: string, ossPrefix = 'p/$yyyy', ossBucket = 'b') => ({
    taskName,
    config: { ossPrefix, ossBucket },
  });

  it.each([
    ['orders_2', 'p/$yyyy', true],
    ['orders_2_3', 'p/$yyyy', true],
    ['orders_29x', 'p/$yyyy', true],
    ['orders_archive', 'p/$yyyy', true],
    ['orders-2', 'p/$yyyy', false],
    ['orders2', 'p/$yyyy', false],
    ['orders', 'p/$yyyy', false],
    ['my_orders', 'p/$yyyy', false],
    ['orders_2', 'p', true],
    ['orders_2', 'p/other/$MM', true],
    ['orders_2', '$yyyy/other', false],
    ['orders_2', 'q/$yyyy', false],
    ['orders_2', 'pp/$yyyy', false],
  ])('of orders in p/$yyyy: %s in %s: %p', (taskName, ossPrefix, expected) => {
    const orders = at('orders');
    expect(readsWithOther(orders, at(taskName, ossPrefix))).toBe(expected);
    expect(readsWithOther(at(taskName, ossPrefix), orders)).toBe(expected);
    expect(readsWithOther(orders, at(taskName, ossPrefix, 'c'))).toBe(false);
  });

  it.each([
    ['p/1/x', 'p/$MM/y', false],
    ['p/1/x', 'p/$MM/$dd', false],
    ['p/1/2', 'p/$MM/$dd', true],
    ['$yyyy', 'q', true],
    ['p/q/r', 'p/q', false],
  ])('of orders in %s: orders_2 in %s: %p', (prefix, other, expected) => {
    expect(readsWithOther(at('orders', prefix), at('orders_2', other))).toBe(expected);
  });
});
