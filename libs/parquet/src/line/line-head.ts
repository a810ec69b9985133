import { compileMatcher } from './byte-matcher.js';
import { RowPosition } from './row-position.js';
import { hexDigit } from '../values/scan-text.js';
import { skipFlat, skipString } from '../values/scan-json.js';

export const OP_READ = 114;
export const OP_DELETE = 100;
/** Bytes of `2026-11-20T10:00:00.123456Z`. */
export const AT_TEXT_BYTES = 27;

/** What stands before the row in a line; one object, filled anew for every line. */
export class LineHead {
  /** Character code of the operation. */
  op = 0;
  readonly position = new RowPosition();
  /** Commit LSN, of a scanned row that of the plan; the position of a scanned row says nothing of it. */
  lsnHigh = 0;
  lsnLow = 0;
  /** Position of the text of `at`, behind its quote. */
  at = 0;
  /** Position of the row's `{`, behind it; -1 where there is no row. */
  row = -1;
  /** Position of the event-time column's value; -1 while it was not met. */
  event = -1;
}

const isOp = compileMatcher('{"op":"');
const isTable = compileMatcher('","table":');
const TABLE_BYTES = 10;
const isLsn = compileMatcher(',"lsn":"');
const LSN_BYTES = 8;
const isAt = compileMatcher(',"at":"');
const AT_BYTES = 7;
const isChange = compileMatcher(',"change":["');
const CHANGE_BYTES = 12;
const isPage = compileMatcher(',"page":[');
const PAGE_BYTES = 9;
const isKey = compileMatcher(',"key":');
const KEY_BYTES = 7;
const isRow = compileMatcher(',"row":{');
const ROW_BYTES = 8;

let scannedHigh = 0;
let scannedLow = 0;
let scannedInteger = 0;

/**
 * Reads the head of a line in the exact layout of the contract. Returns the position behind it (that
 * of the row's first key, or of the final `}` of a line without a row); -1 when the line deviates.
 */
export function scanHead(b: Uint8Array, start: number, head: LineHead): number {
  if (!isOp(b, start)) return -1;
  head.op = b[start + 7] as number;
  head.row = -1;
  head.event = -1;
  let p = start + 8;
  if (!isTable(b, p)) return -1;
  p = skipString(b, p + TABLE_BYTES);
  if (p < 0 || !isLsn(b, p)) return -1;
  p = scanLsn(b, p + LSN_BYTES);
  if (p < 0 || !isAt(b, p)) return -1;
  const { position } = head;
  head.lsnHigh = scannedHigh;
  head.lsnLow = scannedLow;
  position.commitHigh = scannedHigh;
  position.commitLow = scannedLow;
  p += AT_BYTES;
  head.at = p;
  if (b[p + AT_TEXT_BYTES - 1] !== 90 || b[p + AT_TEXT_BYTES] !== 34) return -1;
  p += AT_TEXT_BYTES + 1;
  p = head.op === OP_READ ? scanPage(b, p, position) : scanChange(b, p, position);
  if (p < 0) return -1;
  if (isKey(b, p)) {
    p = b[p + KEY_BYTES] === 123 ? skipFlat(b, p + KEY_BYTES) : -1;
    if (p < 0) return -1;
  }
  if (isRow(b, p)) {
    p += ROW_BYTES;
    head.row = p;
    return p;
  }
  return b[p] === 125 ? p : -1;
}

function scanChange(b: Uint8Array, p: number, position: RowPosition): number {
  if (!isChange(b, p)) return -1;
  let q = scanLsn(b, p + CHANGE_BYTES);
  if (q < 0 || b[q] !== 44) return -1;
  position.high = scannedHigh;
  position.low = scannedLow;
  q = scanCount(b, q + 1);
  if (q < 0 || b[q] !== 93) return -1;
  position.index = scannedInteger;
  return q + 1;
}

/** The commit LSN of a scanned row says nothing about its order. */
function scanPage(b: Uint8Array, p: number, position: RowPosition): number {
  if (!isPage(b, p)) return -1;
  let q = scanCount(b, p + PAGE_BYTES);
  if (q < 0 || b[q] !== 44) return -1;
  position.commitHigh = 0;
  position.commitLow = 0;
  position.high = 0;
  position.low = scannedInteger;
  q = scanCount(b, q + 1);
  if (q < 0 || b[q] !== 93) return -1;
  position.index = scannedInteger;
  return q + 1;
}

/** Reads `16/B374D848"` at `p`; returns the position behind the quote. */
function scanLsn(b: Uint8Array, p: number): number {
  let q = scanHex(b, p);
  if (q < 0 || b[q] !== 47) return -1;
  scannedHigh = scannedInteger;
  q = scanHex(b, q + 1);
  if (q < 0 || b[q] !== 34) return -1;
  scannedLow = scannedInteger;
  return q + 1;
}

function scanHex(b: Uint8Array, p: number): number {
  let value = 0;
  let q = p;
  for (; q < p + 8; q += 1) {
    const digit = hexDigit(b[q] as number);
    if (digit < 0) break;
    value = value * 16 + digit;
  }
  scannedInteger = value;
  return q === p ? -1 : q;
}

function scanCount(b: Uint8Array, p: number): number {
  let value = 0;
  let q = p;
  for (; q < p + 15; q += 1) {
    const digit = (b[q] as number) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
  }
  scannedInteger = value;
  return q === p ? -1 : q;
}
