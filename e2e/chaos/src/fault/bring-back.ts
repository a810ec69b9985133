import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerProcess } from '@lakeferry/stack';

const BACK_MS_MAX = 60_000;
const AGAIN_MS = 300;

/**
 * Starts a server until it runs. One that was killed may be refused at first, for what it left behind:
 * a session that has not ended, memory that its children still hold.
 */
export async function bringBack(server: ServerProcess): Promise<void> {
  const deadlineMs = performance.now() + BACK_MS_MAX;
  for (;;) {
    try {
      await (server.isRunning ? server.untilReady() : server.start());
      return;
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await sleep(AGAIN_MS);
    }
  }
}
