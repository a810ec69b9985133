import { describe, expect, test } from '@jest/globals';
import type { EventTimeColumn } from '@lakeferry/contracts';
import { readEventTime } from './event-time.js';

const column = (
  sourceType: string,
  timeFormat?: EventTimeColumn['timeFormat'],
): EventTimeColumn => ({
  columnName: 'seen',
  sourceType,
  ...(timeFormat && { timeFormat }),
});
const at = (iso: string) => Date.parse(iso) / 1000;

describe('readEventTime', () => {
  test.each([
    ['date', undefined, '2001-01-31', at('2001-01-31T00:00:00Z'), true],
    ['timestamp', undefined, '2026-11-20 10:00:00.9', at('2026-11-20T10:00:00Z'), true],
    ['timestamp(3)', undefined, '1969-12-31 23:59:59.5', -1, true],
    ['timestamptz', undefined, '2026-11-20 10:00:00.1+00', at('2026-11-20T10:00:00Z'), false],
    ['timestamptz', undefined, '2026-11-20 10:00:00+05:30', at('2026-11-20T04:30:00Z'), false],
    ['int8', 'Unix', 1790000000, 1790000000, false],
    ['int8', undefined, 1790000000123, 1790000000, false],
    ['int8', undefined, -5, -5, false],
    ['int4', 'Unix', 0, 0, false],
    ['float8', 'Unix', 1790000000.75, 1790000000, false],
    ['text', 'Unix', '1790000000', 1790000000, false],
    ['text', 'Unix', '1790000000.5', 1790000000, false],
    ['text', 'RFC3339', '2006-01-02T15:04:05Z', at('2006-01-02T15:04:05Z'), false],
    ['text', 'RFC3339', '2006-01-02T15:04:05.999-07:00', at('2006-01-02T22:04:05Z'), false],
    ['text', 'RFC822', '02 Jan 06 15:04 UTC', at('2006-01-02T15:04:00Z'), false],
    ['text', 'RFC822', 'Mon, 02 Jan 06 15:04:05 +0530', at('2006-01-02T09:34:05Z'), false],
    ['text', 'RFC822', '02 Jan 70 15:04 GMT', at('1970-01-02T15:04:00Z'), false],
    ['text', 'RFC850', 'Monday, 02-Jan-06 15:04:05 MST', at('2006-01-02T22:04:05Z'), false],
    ['text', 'RFC850', 'Wednesday, 04-Jan-06 15:04:05 GMT', at('2006-01-04T15:04:05Z'), false],
    ['text', 'RFC1123', 'Sun, 06 Nov 1994 08:49:37 GMT', at('1994-11-06T08:49:37Z'), false],
    ['text', 'RFC1123', 'Thu, 29 Feb 2024 00:00:00 -0800', at('2024-02-29T08:00:00Z'), false],
  ] as const)('%s %s %p', (sourceType, format, value, seconds, local) => {
    expect(readEventTime(column(sourceType, format), value)).toEqual({ seconds, local });
  });

  test.each([
    ['date', undefined, null, 'null'],
    ['date', undefined, '0044-03-15 BC', 'before the year 1'],
    ['date', undefined, '10000-01-01', 'outside the years'],
    ['timestamptz', undefined, 'infinity', 'infinity'],
    ['timestamp', undefined, '2026-02-29 00:00:00', 'calendar'],
    ['int8', undefined, '9223372036854775807', 'outside the years'],
    ['text', undefined, '2026-11-20', 'names no format'],
    ['text', 'RFC3339', '2006-01-02 15:04:05', 'not RFC3339'],
    ['text', 'RFC3339', '2006-13-02T15:04:05Z', 'calendar'],
    ['text', 'RFC1123', 'Mon, 02 Jan 06 15:04:05 GMT', 'not RFC1123'],
    ['text', 'RFC1123', 'Mon, 30 Feb 2006 15:04:05 GMT', 'calendar'],
    ['text', 'RFC850', 'Monday, 02-Jan-06 15:04:05 IST', 'unknown time zone'],
    ['text', 'RFC822', '', 'not RFC822'],
    ['text', 'Unix', 'soon', 'not Unix'],
    ['bool', 'Unix', true, 'neither'],
  ] as const)('%s %s %p has no time', (sourceType, format, value, reason) => {
    const time = readEventTime(column(sourceType, format), value);
    expect(time).toEqual({ reason: expect.stringContaining(reason) });
  });
});
