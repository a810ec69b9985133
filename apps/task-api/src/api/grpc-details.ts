import { Metadata } from '@grpc/grpc-js';
import type { DeliveryError } from '@lakeferry/errors';
import { errorStatusOf } from './error-status.js';

const DOMAIN = 'lakeferry';
const TYPE_URL = 'type.googleapis.com/google.rpc.';

/** What a gRPC call is answered with when it fails. */
export interface GrpcFailure {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/**
 * The status with the code twice: as text in `lakeferry-code`, and as `google.rpc.Status` with
 * ErrorInfo and BadRequest in `grpc-status-details-bin`, where clients of all languages look.
 */
export function toGrpcFailure(error: DeliveryError): GrpcFailure {
  const code = errorStatusOf(error.code).grpc;
  const metadata = new Metadata();
  metadata.set('lakeferry-code', error.code);
  metadata.set('grpc-status-details-bin', statusBytes(error, code));
  return { code, details: error.message, metadata };
}

function statusBytes(error: DeliveryError, code: number): Buffer {
  const remedy = Buffer.concat([text(1, 'remedy'), text(2, error.remedy ?? '')]);
  const info = [text(1, error.code), text(2, DOMAIN), bytes(3, remedy)];
  const violations = error.fields.map(({ field, problem, remedy: right }) =>
    bytes(1, Buffer.concat([text(1, field), text(2, `${problem}; ${right}`)])),
  );
  const details = [
    any('ErrorInfo', Buffer.concat(info)),
    ...(violations.length === 0 ? [] : [any('BadRequest', Buffer.concat(violations))]),
  ];
  const head = [Buffer.from([0x08]), varint(code), text(2, error.message)];
  return Buffer.concat([...head, ...details.map((detail) => bytes(3, detail))]);
}

function any(name: string, value: Buffer): Buffer {
  return Buffer.concat([text(1, `${TYPE_URL}${name}`), bytes(2, value)]);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value, 'utf8'));
}

/** A length-delimited field of the protobuf wire format. */
function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2]), varint(value.length), value]);
}

function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) out.push((rest % 128) | 0x80);
  return Buffer.from([...out, rest]);
}
