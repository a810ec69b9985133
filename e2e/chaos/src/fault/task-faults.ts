import { listObjects, staticFolder, type TaskView } from '@lakeferry/history';
import { eventually } from '@lakeferry/testing';
import type { SpecOf } from '../plan/round-plan.js';
import type { LiveTask } from '../round/round-tasks.js';
import type { ChaosSystem } from '../system/chaos-system.js';
import { keepObjects } from '../system/keep-objects.js';
import type { RunningRound } from './running-round.js';
import { last } from './service-faults.js';

const PATIENCE_MS_MAX = 60_000;
const AGAIN_MS = 250;

/** A task comes while others deliver; every changefeed is struck down before, while and after it is taken up. */
export async function createNeighbour(
  round: RunningRound,
  fault: SpecOf<'neighbour-created'>,
): Promise<void> {
  const creation = round.tasks.create(fault.neighbour);
  // What it rejects with is told below.
  creation.catch(() => undefined);
  for (const afterMs of fault.killsAfterMs) {
    await last(afterMs, round.signal);
    await strikeFeeds(round.system);
  }
  await creation;
}

async function strikeFeeds(system: ChaosSystem): Promise<void> {
  const feeds = system.processes('changefeed');
  await Promise.all(feeds.map((feed) => feed.strikeDown()));
  for (const feed of feeds) feed.revive();
}

/** The task is deleted under load, and one of the same name and prefix takes its place. */
export async function recreateTask(
  round: RunningRound,
  fault: SpecOf<'task-recreated'>,
): Promise<void> {
  const old = await untilThere(round, fault.task);
  await untilItDelivers(round, old);
  const view = await statusOf(round, old);
  const samples = await round.tasks.remove(old);
  const left = await objectsOf(round.system, old);
  const root = await keepObjects(round.system, left.keys());
  round.tasks.retired.push({ task: old, view, samples, root });
  round.note(`${old.name.taskName} left ${left.size} objects`);
  await last(fault.awayMs, round.signal);
  await round.tasks.create(old.planned, left);
}

/** Nothing of the task is encoded for a while; what is committed meanwhile waits. */
export async function pauseTask(round: RunningRound, fault: SpecOf<'paused'>): Promise<void> {
  const { client } = round.system;
  const { name } = await untilThere(round, fault.task);
  await insist(round, `pause of ${name.taskName}`, () => client.pause(name));
  await last(fault.forMs, round.signal);
  await insist(round, `resumption of ${name.taskName}`, () => client.resume(name));
}

/** The creation of a task may take as long as what is struck down meanwhile. */
function untilThere({ tasks }: RunningRound, name: string): Promise<LiveTask> {
  const found = () => Promise.resolve(tasks.live.find(({ planned }) => planned.name === name));
  return eventually(found, {
    deadlineMs: PATIENCE_MS_MAX,
    everyMs: AGAIN_MS,
    what: `creation of ${name}`,
  });
}

/** A predecessor that left nothing would be none. */
async function untilItDelivers({ tasks, signal }: RunningRound, task: LiveTask): Promise<void> {
  const delivers = async () => {
    if (signal.aborted) return true;
    return (await tasks.describe(task)).objects > 0 ? true : undefined;
  };
  await eventually(delivers, {
    deadlineMs: PATIENCE_MS_MAX,
    everyMs: AGAIN_MS,
    what: `an object of ${task.name.taskName}`,
  });
}

function statusOf({ tasks }: RunningRound, task: LiveTask): Promise<TaskView> {
  return eventually(() => tasks.describe(task), {
    deadlineMs: PATIENCE_MS_MAX,
    everyMs: AGAIN_MS,
    what: `status of ${task.name.taskName}`,
  });
}

/** Asks until it was answered: who answers may be struck down too. */
async function insist(round: RunningRound, what: string, ask: () => Promise<void>): Promise<void> {
  const asked = async () => {
    if (!round.signal.aborted) await ask();
    return true;
  };
  await eventually(asked, { deadlineMs: PATIENCE_MS_MAX, everyMs: AGAIN_MS, what });
}

/** What the task has put into the bucket: key to ETag. */
async function objectsOf(
  { s3 }: ChaosSystem,
  task: LiveTask,
): Promise<ReadonlyMap<string, string>> {
  const folder = staticFolder(task.prefix);
  const found = await listObjects({ s3, bucket: s3.bucket, folder });
  return new Map(found.map(({ key, etag }) => [key, etag]));
}
