import { readFileSync } from 'node:fs';

/**
 * Loaded in front of a process, and by each of its worker threads: `Date` is off by what the clock file
 * says, and follows it. `performance` passes as ever, and begins at the time that `Date` told then: a
 * machine whose clock is wrong knows no other.
 */
const LOOK_EVERY_MS = 100;
const file = process.env['CHAOS_CLOCK_FILE'] ?? '';
const RealDate = Date;
const realNow = Date.now.bind(Date);
let byMs = 0;
let lookedAtMs = -Infinity;

function offsetMs(): number {
  const atMs = performance.now();
  if (atMs - lookedAtMs < LOOK_EVERY_MS) return byMs;
  lookedAtMs = atMs;
  try {
    byMs = Number(readFileSync(file, 'utf8'));
  } catch {
    byMs = 0;
  }
  return byMs;
}

const now = () => realNow() + offsetMs();

Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + offsetMs() });

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver): unknown =>
    name === 'now' ? now : Reflect.get(target, name, receiver),
});
