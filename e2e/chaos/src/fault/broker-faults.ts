import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';
import type { SpecOf } from '../plan/round-plan.js';
import { bringBack } from './bring-back.js';
import { openTransactions } from './open-transactions.js';
import type { RunningRound } from './running-round.js';
import { last } from './service-faults.js';

const MIB = 1024 * 1024;
const BALLAST_BLOCKS = [MIB, 4096, 1] as const;
/** Waited for a moment at which a transaction is open: longer than a service behind it may be recovering. */
const OPEN_MS_MAX = 25_000;
/** Waited for rows behind the position that a lane has to go on from. */
const BEHIND_MS_MAX = 15_000;
const LOOK_MS = 100;

export async function killBroker(round: RunningRound, fault: SpecOf<'broker-kill'>): Promise<void> {
  const { kafka } = round.system.stack.servers;
  await kafka.kill();
  await last(fault.downMs, round.signal);
  await bringBack(kafka);
}

export async function restartBroker(
  round: RunningRound,
  fault: SpecOf<'broker-restart'>,
): Promise<void> {
  const { kafka } = round.system.stack.servers;
  await kafka.stop();
  await last(fault.downMs, round.signal);
  await bringBack(kafka);
}

export async function freezeBroker(
  round: RunningRound,
  fault: SpecOf<'broker-freeze'>,
): Promise<void> {
  const { kafka } = round.system.stack.servers;
  kafka.signal('SIGSTOP');
  try {
    await last(fault.forMs, round.signal);
  } finally {
    kafka.signal('SIGCONT');
  }
}

/** Nothing is left of the disk that the broker writes to; then room is made and it is started again. */
export async function fillBrokerDisk(
  round: RunningRound,
  fault: SpecOf<'broker-disk-full'>,
): Promise<void> {
  const { stack, brokerDisk } = round.system;
  if (brokerDisk === null) throw new Error('the broker has no disk of its own here');
  const { kafka } = stack.servers;
  const ballast = join(brokerDisk, 'ballast');
  try {
    fillUp(ballast);
    await last(fault.forMs, round.signal);
    round.note(`the broker ${kafka.isRunning ? 'ran' : 'ended'} while its disk was full`);
  } finally {
    rmSync(ballast, { force: true });
    // One that still runs refuses to write until it is started again.
    await kafka.stop();
    await bringBack(kafka);
  }
}

/**
 * Every process of a service dies at a moment at which one of them has a transaction open; missed when none is in
 * time. Each try is at another point of the service's rhythm.
 */
export async function orphanTransactions(
  round: RunningRound,
  fault: SpecOf<'transactions-orphaned'>,
): Promise<'missed' | undefined> {
  const { system, signal } = round;
  const struck = system.processes(fault.service);
  const isItsOwn = OWNERS[fault.service];
  const deadlineMs = performance.now() + OPEN_MS_MAX;
  for (let attempt = 1; ; attempt += 1) {
    for (const { server } of struck) server.signal('SIGSTOP');
    const open = [...(await openTransactions(system.stack.brokers[0] ?? ''))].filter(isItsOwn);
    if (open.length > 0) {
      round.note(`left open: ${open.join(', ')}`);
      break;
    }
    for (const { server } of struck) server.signal('SIGCONT');
    if (signal.aborted || performance.now() > deadlineMs) {
      round.note(`${fault.service} had no transaction open`);
      return 'missed';
    }
    await sleep(20 + ((attempt * 37) % 60));
  }
  await Promise.all(struck.map((process) => process.strikeDown()));
  await last(fault.downMs, signal);
  for (const process of struck) process.revive();
  return undefined;
}

/** Whose transactions these are, by their transactional ids. */
const OWNERS = {
  changefeed: (id: string) => id.includes('.stream.') || id.endsWith('.scan'),
  encoder: (id: string) => id.includes('.lane.'),
} as const;

/** Rows that no encoder has read yet are deleted from the topic of a task, while no encoder runs. */
export async function deleteRecords(
  round: RunningRound,
  fault: SpecOf<'records-deleted'>,
): Promise<void> {
  const { system, tasks, signal } = round;
  const encoders = system.processes('encoder');
  const name = tasks.get(fault.task).name.taskName;
  await Promise.all(encoders.map((process) => process.strikeDown()));
  try {
    await withAdmin(system.stack.brokers, async (admin) => {
      const topic = await topicOf(admin, name, fault.topic);
      const before = await highest(admin, topic);
      const deadlineMs = performance.now() + BEHIND_MS_MAX;
      await last(fault.downMs, signal);
      while ((await highest(admin, topic)) === before && performance.now() < deadlineMs) {
        await sleep(LOOK_MS);
      }
      const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => ({
        partition,
        offset: high,
      }));
      await admin.deleteTopicRecords({ topic, partitions });
      round.note(`${topic} was emptied`);
    });
  } finally {
    for (const process of encoders) process.revive();
  }
}

async function topicOf(admin: Admin, taskName: string, suffix: string): Promise<string> {
  const topics = await admin.listTopics();
  const found = topics.find(
    (topic) => topic.startsWith(`lakeferry.${taskName}-`) && topic.endsWith(`.${suffix}`),
  );
  if (found === undefined) throw new Error(`${taskName} has no topic ${suffix}`);
  return found;
}

async function highest(admin: Admin, topic: string): Promise<bigint> {
  const partitions = await admin.fetchTopicOffsets(topic);
  return partitions.reduce((sum, { high }) => sum + BigInt(high), 0n);
}

async function withAdmin(
  brokers: readonly string[],
  work: (admin: Admin) => Promise<void>,
): Promise<void> {
  const admin = new kafkajs.Kafka({
    brokers: [...brokers],
    clientId: 'chaos',
    logLevel: kafkajs.logLevel.NOTHING,
  }).admin();
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Writes until not one more byte is taken. */
function fillUp(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (const bytes of BALLAST_BLOCKS) {
      const block = Buffer.alloc(bytes, 'ballast');
      while (isTaken(file, block));
    }
  } finally {
    closeSync(file);
  }
}

function isTaken(file: number, block: Buffer): boolean {
  try {
    return writeSync(file, block) > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
