/** Loaded before a program: asks it to end when the process that started it is gone, however that ended. */
import { isMainThread } from 'node:worker_threads';

const POLL_MS = 500;

if (isMainThread) {
  const parent = process.ppid;
  const poll = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(poll);
    process.kill(process.pid, 'SIGTERM');
  }, POLL_MS);
  poll.unref();
}
