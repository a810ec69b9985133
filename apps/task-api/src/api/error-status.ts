import { status as Grpc } from '@grpc/grpc-js';
import { actionOf, type ErrorAction, type ErrorCode } from '@lakeferry/errors';

/** How an error is answered over REST and over gRPC. */
export interface ErrorStatus {
  readonly http: number;
  readonly grpc: Grpc;
}

/** Codes with an answer of their own. */
const BY_CODE: Partial<Record<ErrorCode, ErrorStatus>> = {
  INVALID_ARGUMENT: { http: 400, grpc: Grpc.INVALID_ARGUMENT },
  UNAUTHENTICATED: { http: 401, grpc: Grpc.UNAUTHENTICATED },
  NOT_FOUND: { http: 404, grpc: Grpc.NOT_FOUND },
  ALREADY_EXISTS: { http: 409, grpc: Grpc.ALREADY_EXISTS },
};

/** All others, by what is done about them. */
const BY_ACTION: Record<ErrorAction, ErrorStatus> = {
  // The state of a task, a table or a bucket stands against it.
  refuse: { http: 409, grpc: Grpc.FAILED_PRECONDITION },
  retry: { http: 503, grpc: Grpc.UNAVAILABLE },
  // The user must mend something at the source.
  hold: { http: 422, grpc: Grpc.FAILED_PRECONDITION },
  halt: { http: 422, grpc: Grpc.FAILED_PRECONDITION },
  crash: { http: 500, grpc: Grpc.INTERNAL },
};

export function errorStatusOf(code: ErrorCode): ErrorStatus {
  return BY_CODE[code] ?? BY_ACTION[actionOf(code)];
}
