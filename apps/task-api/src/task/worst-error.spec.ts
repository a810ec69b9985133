import { describe, expect, it } from '@jest/globals';
import type { StatusError, WriterStatus } from '@lakeferry/contracts';
import { DeliveryError, type ErrorCode } from '@lakeferry/errors';
import { worstError } from './worst-error.js';

function writer(lane: number, code: ErrorCode, since: string): WriterStatus {
  const { message, remedy, action } = new DeliveryError(code, `what ${code} says`);
  const error: StatusError = { code, message, remedy, action: action as 'hold', since };
  return {
    ...{ kind: 'writer', taskId: 't', lane, baseVisible: true },
    ...{ deliveredLsn: null, deliveredAt: null, error },
  };
}

function shown(...writers: readonly WriterStatus[]) {
  const byLane = new Map(writers.map((each) => [each.lane, each]));
  return worstError({ encoders: new Map(), writers: byLane });
}

describe('the errors of the product page', () => {
  it.each<[ErrorCode, string, string]>([
    ['OBJECT_STORE_UNAUTHORIZED', 'UnAuthorized', 'AliyunServiceRoleForOTSDataDelivery'],
    ['OBJECT_STORE_BUCKET_INVALID', 'InvalidOssBucket', 'located within the same region'],
  ])('%s is %s, with its solution', (code, documented, solution) => {
    expect(shown(writer(0, code, 'then'))).toEqual({
      ...{ errorCode: documented, message: `what ${code} says`, since: 'then' },
      remedy: expect.stringContaining(solution),
    });
  });

  it('are told before what a redelivery could not bring back, however old that is', () => {
    const lost = writer(0, 'REDELIVERY_INCOMPLETE', '2026-01-01');
    expect(shown(lost).errorCode).toBe('REDELIVERY_INCOMPLETE');
    const held = writer(1, 'OBJECT_STORE_BUCKET_INVALID', '2026-02-02');
    expect(shown(lost, held).errorCode).toBe('InvalidOssBucket');
    const retried = writer(1, 'OBJECT_STORE_UNAVAILABLE', '2026-02-02');
    expect(shown(lost, retried).errorCode).toBe('OBJECT_STORE_UNAVAILABLE');
  });
});
