import { describe, expect, test } from '@jest/globals';
import type { EventTimeColumn } from '@lakeferry/contracts';
import { readEventTime } from './event-time.js';
import { zoneSeconds } from './named-zones.js';
import { zoneClock } from './zone-clock.js';

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
    // Two digits or four, whatever the layout.
    ['text', 'RFC822', '02 Jan 2006 15:04 GMT', at('2006-01-02T15:04:00Z'), false],
    ['text', 'RFC850', 'Monday, 02-Jan-2006 15:04:05 GMT', at('2006-01-02T15:04:05Z'), false],
    ['text', 'RFC1123', 'Mon, 02 Jan 06 15:04:05 GMT', at('2006-01-02T15:04:05Z'), false],
    ['text', 'RFC850', 'Sunday, 06-Nov-94 08:49:37 GMT', at('1994-11-06T08:49:37Z'), false],
    ['text', 'RFC822', '01 Jan 68 00:00 UT', at('2068-01-01T00:00:00Z'), false],
    ['text', 'RFC822', '01 Jan 69 00:00 UT', at('1969-01-01T00:00:00Z'), false],
    // Fractions are cut.
    ['text', 'RFC822', '02 Jan 06 15:04:05.999 GMT', at('2006-01-02T15:04:05Z'), false],
    ['text', 'RFC850', 'Monday, 02-Jan-06 15:04:05.5 GMT', at('2006-01-02T15:04:05Z'), false],
    ['text', 'RFC1123', 'Mon, 02 Jan 2006 15:04:05.123456789 Z', at('2006-01-02T15:04:05Z'), false],
    ['text', 'RFC3339', '2006-01-02T15:04:05.999999999Z', at('2006-01-02T15:04:05Z'), false],
    ['text', 'RFC3339', '1969-12-31T23:59:59.5Z', -1, false],
    // Zones by number and by name.
    ['text', 'RFC1123', 'Mon, 02 Jan 2006 15:04:05 +05:30', at('2006-01-02T09:34:05Z'), false],
    ['text', 'RFC1123', 'Mon, 02 Jan 2006 15:04:05 -03', at('2006-01-02T18:04:05Z'), false],
    ['text', 'RFC1123', 'Mon, 02 Jan 2006 15:04:05 +0000 (UTC)', at('2006-01-02T15:04:05Z'), false],
    ['text', 'RFC3339', '2006-01-02t15:04:05z', at('2006-01-02T15:04:05Z'), false],
    ['text', 'RFC3339', '2006-01-02 15:04:05+0545', at('2006-01-02T09:19:05Z'), false],
    ['text', 'RFC822', '02 Jan 06 15:04 EST', at('2006-01-02T20:04:00Z'), false],
    ['text', 'RFC822', '02 Jul 06 15:04 PDT', at('2006-07-02T22:04:00Z'), false],
    ['text', 'RFC822', '02 Jan 06 15:04 CET', at('2006-01-02T14:04:00Z'), false],
    ['text', 'RFC822', '02 Jul 06 15:04 cest', at('2006-07-02T13:04:00Z'), false],
    ['text', 'RFC850', 'Monday, 02-Jan-06 15:04:05 MSK', at('2006-01-02T12:04:05Z'), false],
    ['text', 'RFC1123', 'Mon, 02 Jan 2006 15:04:05 JST', at('2006-01-02T06:04:05Z'), false],
    ['text', 'RFC1123', 'Mon, 02 Jan 2006 15:04:05 NPT', at('2006-01-02T09:19:05Z'), false],
    ['text', 'RFC1123', 'Mon, 02 Jan 2006 00:04:05 AEDT', at('2006-01-01T13:04:05Z'), false],
    // Spelling.
    ['text', 'RFC1123', ' mon, 2 JAN 2006 5:04:05 gmt ', at('2006-01-02T05:04:05Z'), false],
    ['text', 'RFC822', '2 Jan 06 15:04 GMT', at('2006-01-02T15:04:00Z'), false],
    ['text', 'RFC3339', '2016-12-31T23:59:60Z', at('2017-01-01T00:00:00Z'), false],
    // Units of Unix times by their size.
    ['text', 'Unix', '99999999999', 99999999999, false],
    ['text', 'Unix', '100000000000', 100000000, false],
    ['text', 'Unix', '1790000000123', 1790000000, false],
    ['text', 'Unix', '1790000000123.9', 1790000000, false],
    ['text', 'Unix', '-1500000000500', -1500000001, false],
    ['text', 'Unix', '1790000000123456', 1790000000, false],
    ['text', 'Unix', '1790000000999999999', 1790000000, false],
    ['int8', 'Unix', '1790000000999999999', 1790000000, false],
    ['int8', 'Unix', '-1500000000000000001', -1500000001, false],
    ['int8', 'Unix', 1790000000123456, 1790000000, false],
    ['text', 'Unix', ' 1790000000. ', 1790000000, false],
  ] as const)('%s %s %p', (sourceType, format, value, seconds, local) => {
    expect(readEventTime(column(sourceType, format), value)).toEqual({ seconds, local });
  });

  test.each([
    ['date', undefined, null, 'null'],
    ['date', undefined, '0044-03-15 BC', 'before the year 1'],
    ['date', undefined, '10000-01-01', 'outside the years'],
    ['timestamptz', undefined, 'infinity', 'infinity'],
    ['timestamp', undefined, '2026-02-29 00:00:00', 'calendar'],
    ['int8', undefined, 'NaN', 'names no format'],
    ['float8', 'Unix', Infinity, 'finite'],
    ['text', undefined, '2026-11-20', 'names no format'],
    ['text', 'RFC3339', '2006-01-02 15:04:05', 'not RFC3339'],
    ['text', 'RFC3339', '2006-13-02T15:04:05Z', 'calendar'],
    ['text', 'RFC3339', '2006-01-02T15:04:05', 'not RFC3339'],
    ['text', 'RFC3339', '2006-01-02T24:00:00Z', 'calendar'],
    ['text', 'RFC3339', '2006-01-02T15:04:05+24:00', 'unknown time zone'],
    ['text', 'RFC3339', '0000-01-02T15:04:05Z', 'outside the years'],
    ['text', 'RFC1123', 'Mon, 02 Jan 206 15:04:05 GMT', 'not RFC1123'],
    ['text', 'RFC1123', 'Mon, 02 Jan 2006 15:04:05', 'not RFC1123'],
    ['text', 'RFC1123', 'Monday, 02-Jan-06 15:04:05 GMT', 'not RFC1123'],
    ['text', 'RFC1123', 'Mon, 02 Jan 2006 15:04:05 XYZ', 'unknown time zone'],
    ['text', 'RFC1123', 'Mon, 02 Jan 2006 15:04:05 A', 'unknown time zone'],
    ['text', 'RFC822', '02 Foo 06 15:04 GMT', 'not RFC822'],
    ['text', 'RFC822', '31 Apr 06 15:04 GMT', 'calendar'],
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

describe('zones by name', () => {
  test.each([
    ['America/New_York', 'EST', 'EDT'],
    ['America/Chicago', 'CST', 'CDT'],
    ['America/Denver', 'MST', 'MDT'],
    ['America/Los_Angeles', 'PST', 'PDT'],
    ['America/Anchorage', 'AKST', 'AKDT'],
    ['America/St_Johns', 'NST', 'NDT'],
    ['Europe/Lisbon', 'WET', 'WEST'],
    ['Europe/London', 'GMT', 'BST'],
    ['Europe/Berlin', 'CET', 'CEST'],
    ['Europe/Athens', 'EET', 'EEST'],
    ['Europe/Moscow', 'MSK', 'MSK'],
    ['Asia/Tokyo', 'JST', 'JST'],
    ['Asia/Kathmandu', 'NPT', 'NPT'],
    ['Asia/Hong_Kong', 'HKT', 'HKT'],
    ['Africa/Johannesburg', 'SAST', 'SAST'],
  ])('%s in winter and summer: %s, %s', (zone, winter, summer) => {
    const clock = zoneClock(zone);
    expect(zoneSeconds(winter)).toBe(clock(at('2026-01-15T12:00:00Z')));
    expect(zoneSeconds(summer)).toBe(clock(at('2026-07-15T12:00:00Z')));
  });

  test.each(['Australia/Sydney', 'Australia/Adelaide', 'Pacific/Auckland'])('%s', (zone) => {
    const names = {
      Sydney: ['AEDT', 'AEST'],
      Adelaide: ['ACDT', 'ACST'],
      Auckland: ['NZDT', 'NZST'],
    };
    const [summer = '', winter = ''] = names[zone.split('/')[1] as keyof typeof names];
    const clock = zoneClock(zone);
    expect(zoneSeconds(summer)).toBe(clock(at('2026-01-15T12:00:00Z')));
    expect(zoneSeconds(winter)).toBe(clock(at('2026-07-15T12:00:00Z')));
  });

  test.each(['IST', 'AST', 'XYZ', '', '+25:00', '+0560', '+5', '0530'])('%s is none', (zone) => {
    expect(zoneSeconds(zone)).toBeNull();
  });
});
