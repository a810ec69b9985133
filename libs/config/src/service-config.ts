import { isDeliveryError } from '@lakeferry/errors';
import type { Secret } from '@lakeferry/runtime';
import { refuseOpenListener } from './base-options.js';
import { loadConfig, type ConfigOf, type OptionTable } from './define-config.js';
import { processEnv } from './process-env.js';

/** Exit status of a process whose settings are unusable (EX_CONFIG of sysexits.h). */
const EXIT_CONFIG = 78;

/**
 * The settings of a service, read from its environment. When they are unusable, or would open a
 * listener to the world without a token, says so in plain lines and ends the process.
 *
 * @param check what else must hold; throws a DeliveryError when it does not
 */
export function serviceConfig<T extends OptionTable>(
  service: string,
  table: T,
  check: (config: ConfigOf<T>) => void = () => undefined,
): ConfigOf<T> {
  try {
    const config = loadConfig(table, processEnv());
    refuseOpenListener(config as unknown as { listen: string; token: Secret | undefined });
    check(config);
    return config;
  } catch (error) {
    if (!isDeliveryError(error)) throw error;
    process.stderr.write(`${service}: ${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
}
