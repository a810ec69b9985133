import type { Scenario } from './scenario.js';
import { CLOCK_SCENARIOS } from './scenarios/clock-scenarios.js';
import { BROKER_SCENARIOS } from './scenarios/broker-scenarios.js';
import { FAILPOINT_SCENARIOS } from './scenarios/failpoint-scenarios.js';
import { POSTGRES_SCENARIOS } from './scenarios/postgres-scenarios.js';
import { MEMORY_SCENARIOS } from './scenarios/memory-scenarios.js';
import { SERVICE_SCENARIOS } from './scenarios/service-scenarios.js';
import { STORE_SCENARIOS } from './scenarios/store-scenarios.js';
import { TASK_SCENARIOS } from './scenarios/task-scenarios.js';

/** Every scenario; seeds go round them. */
export const SCENARIOS: readonly Scenario[] = [
  ...SERVICE_SCENARIOS,
  ...FAILPOINT_SCENARIOS,
  ...STORE_SCENARIOS,
  ...TASK_SCENARIOS,
  ...CLOCK_SCENARIOS,
  ...MEMORY_SCENARIOS,
  ...BROKER_SCENARIOS,
  ...POSTGRES_SCENARIOS,
];
