import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { writeServerRecord } from './server-record.js';

/**
 * Runs one server and ends it when the parent goes, however it goes: the parent holds the other end
 * of this process's standard input.
 *
 * Arguments: pid file, signal that stops the server cleanly, milliseconds until it is killed, command …
 */
const [pidFile, stopSignal, killAfterMs, command, ...args] = process.argv.slice(2);
if (pidFile === undefined || command === undefined) {
  throw new TypeError('usage: guard PIDFILE SIGNAL KILL_AFTER_MS COMMAND …');
}

const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
if (child.pid !== undefined) {
  writeServerRecord(pidFile, {
    pid: child.pid,
    guardPid: process.pid,
    command: [command, ...args].join(' '),
    stopSignal: stopSignal as NodeJS.Signals,
  });
}

function stop(): void {
  child.kill(stopSignal as NodeJS.Signals);
  setTimeout(() => child.kill('SIGKILL'), Number(killAfterMs)).unref();
}

process.stdin.resume();
process.stdin.on('end', stop);
process.stdin.on('error', stop);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
child.on('error', (error) => {
  process.stderr.write(`guard: ${error.message}\n`);
  process.exit(127);
});
child.on('exit', (code, signal) => {
  rmSync(pidFile, { force: true });
  process.exit(signal === null ? (code ?? 0) : 128);
});
