import type { EventTimeColumn, TimeFormat } from '@lakeferry/contracts';
import { daysFromCivil, isCivilDate } from '../civil-date.js';
import { isZoneless } from '../columns.js';
import { readTimestamp } from '../values/time-text.js';

/** Seconds since 1970, and whether they are a wall-clock reading; or why the value is no time. */
export type EventTime =
  { readonly seconds: number; readonly local: boolean } | { readonly reason: string };

/** From this on an integer counts milliseconds: as seconds it lies beyond the year 5138. */
const MILLIS_FROM = 1e11;
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
  if (/^-?\d{1,19}$/.test(value)) return readUnix(Number(value));
  return readFormatted(column.timeFormat, value);
}

function readNative(text: string, local: boolean): EventTime {
  const reading = readTimestamp(text);
  if ('reason' in reading) return { reason: `the event time ${reading.reason}` };
  let seconds = reading.micros / 1_000_000n;
  if (seconds * 1_000_000n > reading.micros) seconds -= 1n;
  return { seconds: Number(seconds), local };
}

function readUnix(value: number): EventTime {
  if (!Number.isFinite(value)) return { reason: 'the event time is not finite' };
  const seconds = Math.abs(value) >= MILLIS_FROM ? value / 1000 : value;
  return { seconds: Math.floor(seconds), local: false };
}

const DAY_NAME = '(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:day|sday|nesday|rsday|urday)?, )?';
const MONTH_NAME = '(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const CLOCK = '(\\d{2}):(\\d{2})(?::(\\d{2}))?';
const ZONE = '([A-Z]{1,5}|[+-]\\d{4})';

/** The layouts of the product page: day, month name, year, hour, minute, second, zone. */
const LAYOUTS: Readonly<Record<'RFC822' | 'RFC850' | 'RFC1123', RegExp>> = {
  RFC822: new RegExp(`^${DAY_NAME}(\\d{1,2}) ${MONTH_NAME} (\\d{2}) ${CLOCK} ${ZONE}$`),
  RFC850: new RegExp(`^${DAY_NAME}(\\d{1,2})-${MONTH_NAME}-(\\d{2}) ${CLOCK} ${ZONE}$`),
  RFC1123: new RegExp(`^${DAY_NAME}(\\d{1,2}) ${MONTH_NAME} (\\d{4}) ${CLOCK} ${ZONE}$`),
};
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

function readFormatted(format: TimeFormat | undefined, text: string): EventTime {
  switch (format) {
    case undefined:
      return { reason: 'the event time is text and the task names no format' };
    case 'Unix':
      return /^-?\d+\.\d+$/.test(text)
        ? readUnix(Number(text))
        : { reason: 'the event time is not Unix' };
    case 'RFC3339':
      return RFC3339.test(text)
        ? readNative(text.toUpperCase(), false)
        : { reason: 'the event time is not RFC3339' };
    case 'RFC822':
    case 'RFC850':
    case 'RFC1123':
      return readLayout(format, text);
    default:
      return format satisfies never;
  }
}

function readLayout(format: 'RFC822' | 'RFC850' | 'RFC1123', text: string): EventTime {
  const match = LAYOUTS[format].exec(text);
  if (match === null) return { reason: `the event time is not ${format}` };
  const [
    ,
    dayText = '',
    monthName = '',
    yearText = '',
    hourText,
    minuteText,
    secondText,
    zone = '',
  ] = match;
  const day = Number(dayText);
  const month = MONTHS.indexOf(monthName) / 3 + 1;
  const year = yearText.length === 2 ? fullYear(Number(yearText)) : Number(yearText);
  const [hour, minute, second] = [Number(hourText), Number(minuteText), Number(secondText ?? 0)];
  const offset = zoneOffset(zone);
  if (offset === null) return { reason: 'the event time names an unknown time zone' };
  if (!isCivilDate(year, month, day) || hour > 23 || minute > 59 || second > 59) {
    return { reason: 'the event time is not a time of the calendar' };
  }
  const days = daysFromCivil(year, month, day);
  return { seconds: days * 86400 + hour * 3600 + minute * 60 + second - offset, local: false };
}

/** Two digits from 69 on are of the last century. */
function fullYear(twoDigits: number): number {
  return twoDigits >= 69 ? 1900 + twoDigits : 2000 + twoDigits;
}

/** The zones of RFC 822; other abbreviations name several zones each. */
const ZONE_HOURS: Readonly<Record<string, number>> = {
  UT: 0,
  UTC: 0,
  GMT: 0,
  Z: 0,
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
};

function zoneOffset(zone: string): number | null {
  const hours = ZONE_HOURS[zone];
  if (hours !== undefined) return hours * 3600;
  if (!/^[+-]\d{4}$/.test(zone)) return null;
  const seconds = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(3)) * 60;
  return zone.startsWith('-') ? -seconds : seconds;
}
