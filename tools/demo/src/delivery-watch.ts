import { setTimeout as sleep } from 'node:timers/promises';
import { type TaskClient, type TaskName, type TaskView } from '@lakeferry/history';
import type { ProgressBoard, ProgressRow } from './progress-board.js';

const POLL_MS = 400;
/** Nothing moves for this long: something is broken, and waiting on does not help. */
const STANDSTILL_MS = 120_000;

export interface WatchOptions {
  readonly client: TaskClient;
  readonly task: TaskName;
  readonly board: ProgressBoard;
  /** Row versions that will be in the bucket, as far as is known by now. */
  versionsKnown(): number;
  /** What is delivered when the watch ends is all there is. */
  readonly isLast?: boolean;
}

/**
 * Shows how the task comes along until `done` says so.
 *
 * @throws Error with what the task says of itself when nothing moves any more
 */
export async function watchTask(
  options: WatchOptions,
  done: (view: TaskView) => boolean,
): Promise<TaskView> {
  let seen = '';
  let movedMs = performance.now();
  for (;;) {
    const view = await options.client.describe(options.task);
    if (done(view)) {
      options.board.end(progressRows(view, options.isLast ? view.rows : options.versionsKnown()));
      return view;
    }
    options.board.show(progressRows(view, options.versionsKnown()));
    const now = JSON.stringify([
      view.phase,
      view.scan,
      view.rows,
      view.objects,
      view.deliveredUpTo,
    ]);
    if (now !== seen) movedMs = performance.now();
    seen = now;
    if (performance.now() - movedMs > STANDSTILL_MS) throw new Error(standstill(view));
    await sleep(POLL_MS);
  }
}

function progressRows(view: TaskView, versions: number): ProgressRow[] {
  const number = (value: number) => value.toLocaleString('en');
  const { scan } = view;
  const pages = scan === null || scan.pagesTotal === 0 ? 0 : scan.pagesDone / scan.pagesTotal;
  return [
    {
      name: 'base scan',
      share: scan?.state === 'done' ? 1 : pages,
      text:
        scan === null
          ? view.phase
          : `${number(scan.pagesDone)} of ${number(scan.pagesTotal)} pages`,
    },
    {
      name: 'rows delivered',
      share: versions === 0 ? 0 : view.rows / versions,
      text:
        view.rows === versions
          ? number(view.rows)
          : `${number(view.rows)} of about ${number(versions)}`,
    },
    { name: 'objects', text: number(view.objects) },
    { name: 'delivered up to', text: deliveredText(view) },
  ];
}

function deliveredText(view: TaskView): string {
  const at = view.deliveredUpTo;
  if (at?.lsn == null) return view.phase === 'INCR' ? '–' : 'the base comes first';
  return `${at.lsn}${at.at === null ? '' : ` · ${at.at}`}`;
}

function standstill(view: TaskView): string {
  const reason = [view.errorCode, view.message, view.remedy].filter(
    (part) => part != null && part !== '',
  );
  return `nothing moved for ${STANDSTILL_MS / 1000} s; the task is in ${view.phase}, ${view.state}: ${reason.join('. ')}`;
}
