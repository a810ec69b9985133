import { HttpException } from '@nestjs/common';
import { z } from 'zod';
import { DeliveryError, isDeliveryError, type ErrorCode } from '@lakeferry/errors';
import { errorStatusOf } from './error-status.js';

/** A problem document of RFC 9457. */
export const problemDocument = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  remedy: z.string().nullable(),
  errors: z.array(z.object({ field: z.string(), problem: z.string(), remedy: z.string() })),
});
export type ProblemDocument = z.infer<typeof problemDocument>;

/** Any error as one of ours. What is not ours becomes a defect without its message: it may hold secrets. */
export function toDeliveryError(error: unknown): DeliveryError {
  if (isDeliveryError(error)) return error;
  if (error instanceof HttpException) return fromHttp(error);
  return new DeliveryError('INVARIANT_BROKEN', 'the request failed for a reason of ours', {
    cause: error,
  });
}

/** Nest's own refusals: a path that does not exist, a body that is no JSON or too large. */
function fromHttp(error: HttpException): DeliveryError {
  const status = error.getStatus();
  if (status === 404) return new DeliveryError('NOT_FOUND', 'there is no such path');
  if (status === 401) return new DeliveryError('UNAUTHENTICATED', error.message);
  if (status < 500) return new DeliveryError('INVALID_ARGUMENT', error.message);
  return new DeliveryError('INVARIANT_BROKEN', 'the request failed for a reason of ours', {
    cause: error,
  });
}

export function toProblem(error: DeliveryError): ProblemDocument {
  return {
    type: `urn:lakeferry:problem:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title: titleOf(error.code),
    status: errorStatusOf(error.code).http,
    detail: error.message,
    code: error.code,
    remedy: error.remedy,
    errors: error.fields.map(({ field, problem, remedy }) => ({ field, problem, remedy })),
  };
}

function titleOf(code: ErrorCode): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
