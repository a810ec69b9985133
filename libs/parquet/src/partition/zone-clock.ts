import { DeliveryError } from '@lakeferry/errors';

const HOUR_SECONDS = 3600;
/** Hours remembered per zone; a task that meets more starts over. */
const HOURS_MAX = 4096;
/** Marks an hour in which the offset changes or is no whole minute. */
const UNEVEN = Number.NaN;

/** Seconds by which a zone's clocks are ahead of UTC at an instant. */
export type ZoneClock = (epochSeconds: number) => number;

/**
 * The clock of an IANA zone with its daylight saving time. Offsets are remembered by the hour; in an
 * hour with a transition (or, before standard time, with seconds in the offset) every instant is
 * looked up.
 * @throws DeliveryError INVALID_ARGUMENT when there is no such zone.
 */
export function zoneClock(timeZone: string): ZoneClock {
  const format = zoneFormat(timeZone);
  if (format.resolvedOptions().timeZone === 'UTC') return () => 0;
  const offsets = new Map<number, number>();
  return (epochSeconds) => {
    const hour = Math.floor(epochSeconds / HOUR_SECONDS);
    let offset = offsets.get(hour);
    if (offset === undefined) {
      if (offsets.size >= HOURS_MAX) offsets.clear();
      offset = offsetOfHour(format, hour);
      offsets.set(hour, offset);
    }
    return Number.isNaN(offset) ? offsetAt(format, Math.floor(epochSeconds)) : offset;
  };
}

function zoneFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    throw new DeliveryError('INVALID_ARGUMENT', 'there is no such time zone', {
      context: { timeZone },
      fields: [
        { field: 'timeZone', problem: 'is no time zone', remedy: 'use a name like Europe/Berlin' },
      ],
      cause,
    });
  }
}

function offsetOfHour(format: Intl.DateTimeFormat, hour: number): number {
  const start = offsetAt(format, hour * HOUR_SECONDS);
  const end = offsetAt(format, hour * HOUR_SECONDS + HOUR_SECONDS - 1);
  return start === end && start % 60 === 0 ? start : UNEVEN;
}

function offsetAt(format: Intl.DateTimeFormat, epochSeconds: number): number {
  const fields: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(epochSeconds * 1000)) fields[type] = value;
  const year = fields['era'] === 'BC' ? 1 - Number(fields['year']) : Number(fields['year']);
  const local = new Date(0);
  local.setUTCFullYear(year, Number(fields['month']) - 1, Number(fields['day']));
  local.setUTCHours(Number(fields['hour']), Number(fields['minute']), Number(fields['second']));
  return local.getTime() / 1000 - epochSeconds;
}
