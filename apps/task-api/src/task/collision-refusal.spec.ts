import { describe, expect, it } from '@jest/globals';
import { collisionRefusal } from './collision-refusal.js';

const task = (taskName: string, config: object) => ({
  ...{ taskName, tableName: 'public.t' },
  config: { ossPrefix: 'p', ossBucket: 'lake', ...config },
});

describe('the refusal of a task beside others', () => {
  it('names the task that stands against it, and that endpoints do not tell stores apart', () => {
    const other = task('orders', { ossEndpoint: 'https://b.example' });
    const refused = collisionRefusal(task('orders', { ossEndpoint: 'https://a.example' }), [
      task('users', {}),
      other,
    ]);
    expect(refused).toMatchObject({ code: 'PREFIX_COLLISION' });
    expect(refused?.message).toContain('the keys of task orders of public.t');
    expect(refused?.message).toContain(
      'buckets lake may be one, whatever their endpoints are called',
    );
  });

  it('tells of dirty objects among data', () => {
    const refused = collisionRefusal(task('a', { ossPrefix: 'q', ossDirtyPrefix: 'p/dirty' }), [
      task('b', { ossEndpoint: 'https://b.example' }),
    ]);
    expect(refused?.message).toContain('dirty objects would lie among the data');
  });

  it('tells of names of which one begins with the other', () => {
    const refused = collisionRefusal(task('orders_2', {}), [task('users', {}), task('orders', {})]);
    expect(refused).toMatchObject({ code: 'PREFIX_COLLISION' });
    expect(refused?.message).toContain(
      'readers would take objects of this task for those of orders of public.t',
    );
    expect(refused?.message).toContain('one name begins with the other and an underscore');
  });

  it('is none where nothing meets', () => {
    expect(
      collisionRefusal(task('a', {}), [task('b', {}), task('a', { ossPrefix: 'q' })]),
    ).toBeNull();
  });
});
