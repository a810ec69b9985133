import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CHECKOUT, type ServiceName } from '@lakeferry/stack';

/** Holds by how many milliseconds the clock of a service is off; right while it is missing. */
export function clockFileOf(service: ServiceName): string {
  return join(CHECKOUT, '.lakeferry', 'chaos', 'clocks', service);
}

/** What a process of a service needs in its environment for its clock to be set by that file. */
export function settableClock(service: ServiceName): Readonly<Record<string, string>> {
  const preloaded = pathToFileURL(
    join(CHECKOUT, 'e2e', 'chaos', 'dist', 'system', 'skewed-clock.js'),
  );
  return { NODE_OPTIONS: `--import=${preloaded.href}`, CHAOS_CLOCK_FILE: clockFileOf(service) };
}
