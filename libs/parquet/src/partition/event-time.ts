import type { EventTimeColumn, TimeFormat } from '@lakeferry/contracts';
import { daysFromCivil, isCivilDate } from '../civil-date.js';
import { isZoneless } from '../columns.js';
import { readTimestamp } from '../values/time-text.js';
import { zoneSeconds } from './named-zones.js';

/** Seconds since 1970, and whether they are a wall-clock reading; or why the value is no time. */
export type EventTime =
  { readonly seconds: number; readonly local: boolean } | { readonly reason: string };

/**
 * Unix times by the size of the number: seconds up to the year 5138, then milliseconds, microseconds and
 * nanoseconds, each from 1973 to 5138. Nearer to 1970 a number is taken for a coarser unit.
 */
const SECONDS_END_UNIX = 1e11;
const MILLIS_END_UNIX = 1e14;
const MICROS_END_UNIX = 1e17;
/** First second of the year 1, and of the year 10000. */
const SECONDS_MIN = daysFromCivil(1, 1, 1) * 86400;
const SECONDS_END = daysFromCivil(10000, 1, 1) * 86400;

/** Whether the column holds dates or timestamps as the source's own type. */
export function isNativeTime(column: EventTimeColumn): boolean {
  return isZoneless(column.sourceType) || /^timestamp/.test(column.sourceType);
}

/** The time that an event-time value stands for. Pure; `value` is the parsed JSON value. */
export function readEventTime(column: EventTimeColumn, value: unknown): EventTime {
  if (value === null || value === undefined) return { reason: 'the event time is null' };
  const time = readUnbounded(column, value);
  if ('reason' in time) return time;
  if (time.seconds >= SECONDS_MIN && time.seconds < SECONDS_END) return time;
  return { reason: 'the event time lies outside the years 1 to 9999' };
}

function readUnbounded(column: EventTimeColumn, value: unknown): EventTime {
  if (isNativeTime(column)) return readNative(String(value), isZoneless(column.sourceType));
  if (typeof value === 'number') return readUnix(value);
  if (typeof value !== 'string') return { reason: 'the event time is neither text nor a number' };
  const text = value.trim();
  if (UNIX.test(text)) return readUnixText(text);
  return readFormatted(column.timeFormat, text);
}

function readNative(text: string, local: boolean): EventTime {
  const reading = readTimestamp(text);
  if ('reason' in reading) return { reason: `the event time ${reading.reason}` };
  let seconds = reading.micros / 1_000_000n;
  if (seconds * 1_000_000n > reading.micros) seconds -= 1n;
  return { seconds: Number(seconds), local };
}

/** A whole number, or one with a fraction. */
const UNIX = /^-?\d{1,19}(\.\d*)?$/;

function readUnix(value: number): EventTime {
  if (!Number.isFinite(value)) return { reason: 'the event time is not finite' };
  return { seconds: Math.floor(value / unitsPerSecond(Math.abs(value))), local: false };
}

/** Large numbers by their digits: as floats they would be rounded into the next second. */
function readUnixText(text: string): EventTime {
  const value = Number(text);
  const units = unitsPerSecond(Math.abs(value));
  if (units < 1e6) return readUnix(value);
  const whole = BigInt(text.replace(/\.\d*$/, ''));
  const seconds = whole / BigInt(units);
  const below = whole < 0n && seconds * BigInt(units) > whole ? 1n : 0n;
  return { seconds: Number(seconds - below), local: false };
}

function unitsPerSecond(size: number): number {
  if (size < SECONDS_END_UNIX) return 1;
  if (size < MILLIS_END_UNIX) return 1e3;
  return size < MICROS_END_UNIX ? 1e6 : 1e9;
}

const DAY_NAME = '(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:day|sday|nesday|rsday|urday)?,? )?';
const MONTH_NAME = '(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const YEAR = '(\\d{4}|\\d{2})';
const CLOCK = '(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,]\\d+)?)?';
const ZONE = ' ?([A-Za-z]{1,5}|[+-]\\d{2}:?(?:\\d{2})?)(?: ?\\([A-Za-z ]*\\))?';

/**
 * The layouts of the product page: day, month name, year, hour, minute, second, zone. Day names, seconds
 * and fractions may be there or not, years have two digits or four, zones are names or offsets.
 */
const LAYOUTS: Readonly<Record<'RFC822' | 'RFC850' | 'RFC1123', RegExp>> = {
  RFC822: new RegExp(`^${DAY_NAME}(\\d{1,2}) ${MONTH_NAME} ${YEAR} ${CLOCK}${ZONE}$`, 'i'),
  RFC850: new RegExp(`^${DAY_NAME}(\\d{1,2})-${MONTH_NAME}-${YEAR} ${CLOCK}${ZONE}$`, 'i'),
  RFC1123: new RegExp(`^${DAY_NAME}(\\d{1,2}) ${MONTH_NAME} ${YEAR} ${CLOCK}${ZONE}$`, 'i'),
};
const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:?\d\d)$/i;
const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec';

function readFormatted(format: TimeFormat | undefined, text: string): EventTime {
  switch (format) {
    case undefined:
      return { reason: 'the event time is text and the task names no format' };
    case 'Unix':
      return { reason: 'the event time is not Unix' };
    case 'RFC3339':
      return readRfc3339(text);
    case 'RFC822':
    case 'RFC850':
    case 'RFC1123':
      return readLayout(format, text);
    default:
      return format satisfies never;
  }
}

function readRfc3339(text: string): EventTime {
  const match = RFC3339.exec(text);
  if (match === null) return { reason: 'the event time is not RFC3339' };
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  return toInstant({ year, month, day, hour, minute, second }, match[7] ?? '');
}

function readLayout(format: 'RFC822' | 'RFC850' | 'RFC1123', text: string): EventTime {
  const match = LAYOUTS[format].exec(text);
  if (match === null) return { reason: `the event time is not ${format}` };
  const [, day, monthName = '', yearText = '', hour, minute, second = '0', zone = ''] = match;
  const reading = {
    day: Number(day),
    month: MONTHS.indexOf(monthName.toLowerCase()) / 3 + 1,
    year: yearText.length === 2 ? fullYear(Number(yearText)) : Number(yearText),
    ...{ hour: Number(hour), minute: Number(minute), second: Number(second) },
  };
  return toInstant(reading, zone);
}

interface Reading {
  readonly year: number | undefined;
  readonly month: number | undefined;
  readonly day: number | undefined;
  readonly hour: number | undefined;
  readonly minute: number | undefined;
  readonly second: number | undefined;
}

/** A leap second is the first second of the next minute. */
function toInstant(reading: Reading, zone: string): EventTime {
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = reading;
  const offset = zoneSeconds(zone);
  if (offset === null) return { reason: 'the event time names an unknown time zone' };
  if (!isCivilDate(year, month, day) || hour > 23 || minute > 59 || second > 60) {
    return { reason: 'the event time is not a time of the calendar' };
  }
  const days = daysFromCivil(year, month, day);
  return { seconds: days * 86400 + hour * 3600 + minute * 60 + second - offset, local: false };
}

/** Two digits from 69 on are of the last century. */
function fullYear(twoDigits: number): number {
  return twoDigits >= 69 ? 1900 + twoDigits : 2000 + twoDigits;
}
