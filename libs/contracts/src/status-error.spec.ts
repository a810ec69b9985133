import { expect, test } from '@jest/globals';
import { DeliveryError } from '@lakeferry/errors';
import { toStatusError } from './status-error.js';

test('an error is shown with what to do about it', () => {
  const error = new DeliveryError('ORDER_VIOLATION', 'below');
  expect(toStatusError(error, 0)).toMatchObject({
    code: 'ORDER_VIOLATION',
    action: 'halt',
    since: '1970-01-01T00:00:00.000Z',
  });
});

test('what is no error of ours is left to the log', () => {
  expect(toStatusError(new Error('password=secret'), 0)).toMatchObject({
    code: 'INVARIANT_BROKEN',
    action: 'halt',
    message: expect.not.stringContaining('secret'),
  });
});
