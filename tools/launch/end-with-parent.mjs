/** Loaded before a program: asks it to end when the process that started it is gone, however that ended. */
import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const POLL_MS = 500;
const SHELLS = ['ash', 'bash', 'dash', 'sh'];

/** Name and parent of a process; undefined where the system does not tell. */
function processStatus(pid) {
  try {
    const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(
      readFileSync(`/proc/${pid}/stat`, 'utf8'),
    );
    return { name, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/** npm may have put a shell between itself and this process: then the shell outlives npm, and counts for nothing. */
function starter() {
  const parent = process.ppid;
  const status = process.env.npm_lifecycle_event === undefined ? undefined : processStatus(parent);
  if (status === undefined || !SHELLS.includes(status.name)) return String(parent);
  return `${parent} of ${status.parent}`;
}

if (isMainThread) {
  const before = starter();
  const poll = setInterval(() => {
    if (starter() === before) return;
    clearInterval(poll);
    process.kill(process.pid, 'SIGTERM');
  }, POLL_MS);
  poll.unref();
}
