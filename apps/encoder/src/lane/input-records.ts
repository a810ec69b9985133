import { controlRecord, RECORD_HEADERS, type ControlRecord } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import type { ConsumedRecord } from '@lakeferry/kafka';

/** A stretch of a lane's input: mutations to append at once, or one control record. */
export type InputPart =
  | {
      readonly kind: 'mutations';
      readonly records: readonly { readonly offset: bigint; readonly value: Buffer }[];
      readonly nextOffset: bigint;
    }
  | { readonly kind: 'control'; readonly control: ControlRecord; readonly offset: bigint };

/**
 * Cuts records into parts in their order. Rotation is decided between parts: their size bounds how
 * far a file can grow beyond its target.
 */
export function* inputParts(
  records: readonly ConsumedRecord[],
  partBytesMax: number,
): Generator<InputPart> {
  let open: { offset: bigint; value: Buffer }[] = [];
  let bytes = 0;
  for (const record of records) {
    const value = valueOf(record);
    const kind = record.headers[RECORD_HEADERS.kind];
    const isMutations = kind === 'mutations';
    if (open.length > 0 && (!isMutations || bytes + value.length > partBytesMax)) {
      yield mutationsPart(open);
      open = [];
      bytes = 0;
    }
    if (isMutations) {
      open.push({ offset: record.offset, value });
      bytes += value.length;
    } else yield { kind: 'control', control: parseControl(record, value), offset: record.offset };
  }
  if (open.length > 0) yield mutationsPart(open);
}

function mutationsPart(records: { offset: bigint; value: Buffer }[]): InputPart {
  const nextOffset = (records.at(-1)?.offset ?? -1n) + 1n;
  return { kind: 'mutations', records, nextOffset };
}

function valueOf(record: ConsumedRecord): Buffer {
  if (record.value !== null) return record.value;
  throw violation('a record of the input has no value', record);
}

function parseControl(record: ConsumedRecord, value: Buffer): ControlRecord {
  let json: unknown;
  try {
    json = JSON.parse(value.toString('utf8'));
  } catch {
    throw violation('a control record is no JSON', record);
  }
  const parsed = controlRecord.safeParse(json);
  if (parsed.success && parsed.data.control === record.headers[RECORD_HEADERS.kind]) {
    return parsed.data;
  }
  throw violation('a control record is of no known form', record);
}

function violation(message: string, record: ConsumedRecord): DeliveryError {
  return new DeliveryError('CONTRACT_VIOLATION', message, {
    context: { offset: record.offset, kind: record.headers[RECORD_HEADERS.kind] },
  });
}
