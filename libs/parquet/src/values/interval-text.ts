/** PostgreSQL's own style: `1 year 2 mons -3 days +04:05:06.789`. */
const INTERVAL =
  /^(?:([+-]?\d+) years?)?(?: ?([+-]?\d+) mons?)?(?: ?([+-]?\d+) days?)?(?: ?([+-]?)(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?$/;
const UINT32_MAX = 0xffffffff;

/** The three numbers of Parquet's INTERVAL. */
export interface IntervalParts {
  readonly months: number;
  readonly days: number;
  readonly millis: number;
}

/** An interval as text, or why it can't be one in a file: the numbers there have no sign. */
export function readInterval(text: string): IntervalParts | { readonly reason: string } {
  if (text === 'infinity' || text === '-infinity')
    return { reason: `${text} has no place in the type` };
  const match = text === '' ? null : INTERVAL.exec(text);
  if (match === null) return { reason: 'is not an interval' };
  const months = Number(match[1] ?? 0) * 12 + Number(match[2] ?? 0);
  const days = Number(match[3] ?? 0);
  const micros = Number((match[8] ?? '').padEnd(6, '0'));
  if (micros % 1000 !== 0) return { reason: 'has parts of a millisecond' };
  const [hours, minutes, seconds] = [match[5], match[6], match[7]].map((part) => Number(part ?? 0));
  const size = ((hours ?? 0) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1000;
  const millis = (match[4] === '-' ? -1 : 1) * (size + micros / 1000);
  if (months < 0 || days < 0 || millis < 0) return { reason: 'has negative parts' };
  if (Math.max(months, days, millis) > UINT32_MAX) {
    return { reason: 'is out of the range of INTERVAL' };
  }
  return { months, days, millis };
}
