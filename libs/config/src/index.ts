export {
  loadConfig,
  option,
  type ConfigOf,
  type Option,
  type OptionTable,
} from './define-config.js';
export { kinds } from './kinds.js';
export { baseOptions, isLoopback, refuseOpenListener } from './base-options.js';
export { processEnv } from './process-env.js';
export { serviceConfig } from './service-config.js';
