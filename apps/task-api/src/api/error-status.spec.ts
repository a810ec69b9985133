import { describe, expect, it } from '@jest/globals';
import { BadRequestException, NotFoundException } from '@nestjs/common';
import { DeliveryError, ERROR_POLICY, invalidArgument, type ErrorCode } from '@lakeferry/errors';
import { errorStatusOf } from './error-status.js';
import { toGrpcFailure } from './grpc-details.js';
import { toDeliveryError, toProblem } from './problem.js';

const CODES = Object.keys(ERROR_POLICY) as ErrorCode[];

describe('the status of an error', () => {
  it.each<[ErrorCode, number, number]>([
    ['INVALID_ARGUMENT', 400, 3],
    ['UNAUTHENTICATED', 401, 16],
    ['NOT_FOUND', 404, 5],
    ['ALREADY_EXISTS', 409, 6],
    ['TASK_INITIALIZING', 409, 9],
    ['PREFLIGHT_REFUSED', 409, 9],
    ['PREFIX_COLLISION', 409, 9],
    ['CHANGEFEED_UNAVAILABLE', 503, 14],
    ['SOURCE_UNAUTHORIZED', 422, 9],
    ['INVARIANT_BROKEN', 500, 13],
  ])('%s', (code, http, grpc) => {
    expect(errorStatusOf(code)).toEqual({ http, grpc });
  });

  it('is an error for every code', () => {
    for (const code of CODES) {
      expect(errorStatusOf(code).http).toBeGreaterThanOrEqual(400);
      expect(errorStatusOf(code).grpc).toBeGreaterThan(0);
      expect(toProblem(new DeliveryError(code, 'm')).type).toMatch(
        /^urn:lakeferry:problem:[a-z-]+$/,
      );
    }
  });
});

describe('an answer', () => {
  it('does not show what is not ours', () => {
    const problem = toProblem(toDeliveryError(new Error('password=hunter2')));
    expect(problem).toMatchObject({ status: 500, code: 'INVARIANT_BROKEN' });
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });

  it.each([
    [new NotFoundException(), 'NOT_FOUND'],
    [new BadRequestException('no JSON'), 'INVALID_ARGUMENT'],
  ])('tells what the framework refuses: %#', (error, code) => {
    expect(toDeliveryError(error).code).toBe(code);
  });

  it('over gRPC has code, fields and remedies in the details, however long', () => {
    const fields = Array.from({ length: 50 }, (_, at) => ({
      ...{ field: `field${at}`, problem: 'wrong', remedy: 'right' },
    }));
    const { code, metadata } = toGrpcFailure(invalidArgument(fields));
    expect(code).toBe(3);
    const bytes = metadata.get('grpc-status-details-bin')[0] as Buffer;
    expect(bytes.subarray(0, 2)).toEqual(Buffer.from([0x08, 3]));
    expect(bytes.toString()).toContain('field49');
  });
});
