import { setTimeout as sleep } from 'node:timers/promises';
import { DeliveryError } from '@lakeferry/errors';
import { FAILPOINTS, type Failpoint } from './failpoint-names.js';
import type { FailpointAction } from './failpoint-order.js';
import { OrderFolder } from './order-folder.js';

export type { Failpoint } from './failpoint-names.js';
export type { FailpointHit, FailpointOrder } from './failpoint-order.js';

/** Read here only: without the package condition nobody asks for it. */
const FOLDER = process.env['LAKEFERRY_FAILPOINTS'];
const orders = FOLDER === undefined || FOLDER === '' ? undefined : new OrderFolder(FOLDER);
const jobs = new Map<Failpoint, FailpointJob>();

export type FailpointJob = () => void | Promise<void>;

/** For tests in this process: the job runs each time the failpoint is reached, until it is disarmed. */
export function armFailpoint(name: Failpoint, job: FailpointJob): Disposable {
  jobs.set(name, job);
  return {
    [Symbol.dispose]: () => {
      if (jobs.get(name) === job) jobs.delete(name);
    },
  };
}

/** Does at once what the folder `LAKEFERRY_FAILPOINTS` orders, also where nobody waits for it. */
export function failpoint(name: Failpoint): void | Promise<void> {
  const job = jobs.get(name);
  if (job !== undefined) return job();
  const action = orders?.claim(name);
  if (action !== undefined) return obey(name, action);
}

function obey(name: Failpoint, action: FailpointAction): void | Promise<void> {
  switch (action.kind) {
    case 'kill':
      process.kill(process.pid, 'SIGKILL');
      return;
    case 'stop':
      process.kill(process.pid, 'SIGSTOP');
      return;
    case 'error':
      throw new DeliveryError(FAILPOINTS[name].error, `failed at the failpoint ${name}`);
    case 'sleep':
      return sleep(action.ms);
    default:
      return action satisfies never;
  }
}
