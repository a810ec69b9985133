import { parsePrefix, type PrefixVariable } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import { civilFromDays } from '../civil-date.js';
import { zoneClock, type ZoneClock } from './zone-clock.js';

/** Minutes remembered per task; a task that meets more starts over. */
const MINUTES_MAX = 8192;

/**
 * Fills the time variables of a prefix. A pure function of the instant: never the wall clock, else a
 * row that is read again would land elsewhere.
 */
export class PrefixRenderer {
  private readonly zone: ZoneClock;
  private readonly write: (localMinute: number) => string;
  private readonly rendered = new Map<number, string>();
  private lastMinute = Number.NaN;
  private lastPrefix = '';

  constructor(template: string, timeZone: string) {
    this.write = compileTemplate(template);
    this.zone = zoneClock(timeZone);
  }

  /** The prefix at an instant, on the clocks of the task's zone. */
  atInstant(epochSeconds: number): string {
    return this.atLocal(epochSeconds + this.zone(epochSeconds));
  }

  /** The prefix at a wall-clock reading (a date, a timestamp without time zone), seconds since 1970. */
  atLocal(localSeconds: number): string {
    const minute = Math.floor(localSeconds / 60);
    if (minute === this.lastMinute) return this.lastPrefix;
    let prefix = this.rendered.get(minute);
    if (prefix === undefined) {
      if (this.rendered.size >= MINUTES_MAX) this.rendered.clear();
      prefix = this.write(minute);
      this.rendered.set(minute, prefix);
    }
    this.lastMinute = minute;
    this.lastPrefix = prefix;
    return prefix;
  }
}

/**
 * The rendered prefix of an instant, as a function of its seconds since 1970.
 * @throws DeliveryError INVALID_ARGUMENT for a bad template or zone.
 */
export function compilePrefix(
  template: string,
  timeZone: string,
): (epochSeconds: number) => string {
  const renderer = new PrefixRenderer(template, timeZone);
  return (epochSeconds) => renderer.atInstant(epochSeconds);
}

function compileTemplate(template: string): (localMinute: number) => string {
  const parsed = parsePrefix(template);
  if (!parsed.ok) {
    throw new DeliveryError('INVALID_ARGUMENT', `the prefix ${parsed.problem}`, {
      fields: [{ field: 'ossPrefix', problem: parsed.problem, remedy: parsed.remedy }],
    });
  }
  const { parts } = parsed;
  return (localMinute) => {
    let prefix = '';
    for (const part of parts) {
      prefix += part.kind === 'text' ? part.text : variableText(part.variable, localMinute);
    }
    return prefix;
  };
}

const DAY_MINUTES = 1440;

function variableText(variable: PrefixVariable, localMinute: number): string {
  const days = Math.floor(localMinute / DAY_MINUTES);
  const minuteOfDay = localMinute - days * DAY_MINUTES;
  switch (variable) {
    case '$yyyy':
      return String(civilFromDays(days).year).padStart(4, '0');
    case '$MM':
      return two(civilFromDays(days).month);
    case '$dd':
      return two(civilFromDays(days).day);
    case '$HH':
      return two(Math.floor(minuteOfDay / 60));
    case '$mm':
      return two(minuteOfDay % 60);
    default:
      return variable satisfies never;
  }
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
