import { daysFromCivil, isCivilDate } from '../civil-date.js';

/** What `scanDate`, `scanClock` and `scanTimestamp` read last. Valid until the next call. */
export const scannedTime = {
  /** Days since 1970-01-01 of the date as written. */
  days: 0,
  /** Seconds of the day as written. */
  seconds: 0,
  /** Micros behind the second. */
  micros: 0,
};

let cachedDate = -1;
let cachedDays = 0;

/**
 * Reads the ten bytes `2026-11-20` at `p`. Returns the position behind them, or -1 when they are no
 * date of the years 0001 to 9999.
 */
export function scanDate(b: Uint8Array, p: number): number {
  const y1 = (b[p] as number) - 48;
  const y2 = (b[p + 1] as number) - 48;
  const y3 = (b[p + 2] as number) - 48;
  const y4 = (b[p + 3] as number) - 48;
  const m1 = (b[p + 5] as number) - 48;
  const m2 = (b[p + 6] as number) - 48;
  const d1 = (b[p + 8] as number) - 48;
  const d2 = (b[p + 9] as number) - 48;
  // A sign bit appears when a digit is below 0 or above 9.
  const low = y1 | y2 | y3 | y4 | m1 | m2 | d1 | d2;
  const high =
    (9 - y1) | (9 - y2) | (9 - y3) | (9 - y4) | (9 - m1) | (9 - m2) | (9 - d1) | (9 - d2);
  if ((low | high) < 0 || b[p + 4] !== 45 || b[p + 7] !== 45) return -1;
  const year = y1 * 1000 + y2 * 100 + y3 * 10 + y4;
  const month = m1 * 10 + m2;
  const day = d1 * 10 + d2;
  const date = (year * 100 + month) * 100 + day;
  if (date !== cachedDate) {
    if (year === 0 || !isCivilDate(year, month, day)) return -1;
    cachedDays = daysFromCivil(year, month, day);
    cachedDate = date;
  }
  scannedTime.days = cachedDays;
  return p + 10;
}

/**
 * Reads `2026-11-20 10:00:00[.123456][+00|Z]` (or with a `T`) at `p`. Returns the position behind it,
 * or -1 when it is anything else; another offset than zero is left to the slow path.
 */
export function scanTimestamp(b: Uint8Array, p: number): number {
  if (scanDate(b, p) < 0) return -1;
  const separator = b[p + 10];
  if (separator !== 32 && separator !== 84) return -1;
  const end = scanClock(b, p + 11);
  return end < 0 ? -1 : scanZeroOffset(b, end);
}

/** Reads `10:00:00[.123456]` at `p`. Returns the position behind it, or -1 when it is anything else. */
export function scanClock(b: Uint8Array, p: number): number {
  const h1 = (b[p] as number) - 48;
  const h2 = (b[p + 1] as number) - 48;
  const m1 = (b[p + 3] as number) - 48;
  const m2 = (b[p + 4] as number) - 48;
  const s1 = (b[p + 6] as number) - 48;
  const s2 = (b[p + 7] as number) - 48;
  const low = h1 | h2 | m1 | m2 | s1 | s2;
  const high = (2 - h1) | (9 - h2) | (5 - m1) | (9 - m2) | (5 - s1) | (9 - s2);
  if ((low | high) < 0 || b[p + 2] !== 58 || b[p + 5] !== 58) return -1;
  const hour = h1 * 10 + h2;
  if (hour > 23) return -1;
  scannedTime.seconds = hour * 3600 + (m1 * 10 + m2) * 60 + s1 * 10 + s2;
  return scanFraction(b, p + 8);
}

/** Reads `.1` to `.123456` at `p`, if it is there. */
function scanFraction(b: Uint8Array, p: number): number {
  scannedTime.micros = 0;
  if (b[p] !== 46) return p;
  let micros = 0;
  let q = p + 1;
  const end = p + 7;
  for (; q < end; q += 1) {
    const digit = (b[q] as number) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    micros = micros * 10 + digit;
  }
  if (q === p + 1) return p;
  for (let k = q; k < end; k += 1) micros *= 10;
  scannedTime.micros = micros;
  return q;
}

function scanZeroOffset(b: Uint8Array, p: number): number {
  if (b[p] === 90) return p + 1;
  if (b[p] !== 43) return p;
  return b[p + 1] === 48 && b[p + 2] === 48 && b[p + 3] === 34 ? p + 3 : -1;
}

const TIMESTAMP =
  /^(\d{4,6})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?)?( BC)?$/;

/** A time as text: micros since 1970 in UTC (as written where there is no offset), or why it is none. */
export type TimeReading = { readonly micros: bigint } | { readonly reason: string };

/** Reads every form of PostgreSQL's ISO output and of ISO 8601 that names a time after Christ. */
export function readTimestamp(text: string): TimeReading {
  if (text === 'infinity' || text === '-infinity')
    return { reason: `${text} has no place in the type` };
  const match = TIMESTAMP.exec(text);
  if (match === null) return { reason: 'is not a timestamp' };
  if (match[9] !== undefined) return { reason: 'lies before the year 1' };
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [hour, minute, second] = [
    Number(match[4] ?? 0),
    Number(match[5] ?? 0),
    Number(match[6] ?? 0),
  ];
  if (year === 0 || !isCivilDate(year, month, day))
    return { reason: 'is not a day of the calendar' };
  if (hour > 23 || minute > 59 || second > 59) return { reason: 'is not a time of the day' };
  const seconds =
    daysFromCivil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset(match[8]);
  const micros = Number((match[7] ?? '').padEnd(6, '0'));
  return { micros: BigInt(seconds) * 1_000_000n + BigInt(micros) };
}

/** A date as text: days since 1970, or why it is none. */
export function readDate(text: string): { readonly days: number } | { readonly reason: string } {
  if (text === 'infinity' || text === '-infinity')
    return { reason: `${text} has no place in the type` };
  const match = /^(\d{4,7})-(\d\d)-(\d\d)( BC)?$/.exec(text);
  if (match === null) return { reason: 'is not a date' };
  if (match[4] !== undefined) return { reason: 'lies before the year 1' };
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year === 0 || !isCivilDate(year, month, day))
    return { reason: 'is not a day of the calendar' };
  return { days: daysFromCivil(year, month, day) };
}

const CLOCK = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/;

/** A time of day as text, without an offset: micros since midnight, or why it is none. */
export function readClock(text: string): { readonly micros: number } | { readonly reason: string } {
  const match = CLOCK.exec(text);
  if (match === null) return { reason: 'is not a time' };
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (hour === 24) return { reason: 'lies outside the day' };
  if (hour > 23 || minute > 59 || second > 59) return { reason: 'is not a time of the day' };
  const micros = Number((match[4] ?? '').padEnd(6, '0'));
  return { micros: ((hour * 60 + minute) * 60 + second) * 1e6 + micros };
}

function offset(text: string | undefined): number {
  if (text === undefined || text === 'Z') return 0;
  const digits = text.slice(1).replaceAll(':', '').padEnd(6, '0');
  const seconds =
    Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2, 4)) * 60 + Number(digits.slice(4));
  return text.startsWith('-') ? -seconds : seconds;
}
