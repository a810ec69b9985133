import type { StatusError } from '@lakeferry/contracts';
import type { TaskReports } from '../status/task-reports.js';

/** The code of a task's status, as the Tablestore delivery API names it where it does. */
export interface ShownError {
  readonly errorCode: string;
  readonly message: string | null;
  readonly remedy: string | null;
  readonly since: string | null;
}

const RANK: Record<StatusError['action'], number> = { halt: 3, hold: 2, retry: 1 };
/** Told while nothing else is wrong: delivery goes on. */
const NOTICES: ReadonlySet<string> = new Set(['REDELIVERY_INCOMPLETE']);
const DOCUMENTED: Readonly<Record<string, string>> = {
  OBJECT_STORE_UNAUTHORIZED: 'UnAuthorized',
  OBJECT_STORE_BUCKET_INVALID: 'InvalidOssBucket',
};
const OK: ShownError = { errorCode: 'OK', message: null, remedy: null, since: null };

function rankOf({ code, action }: StatusError): number {
  return NOTICES.has(code) ? 0 : RANK[action];
}

/** The worst of all that the services report of a task; the oldest among equals. Pure. */
export function worstError({ route, scan, source, encoders, writers }: TaskReports): ShownError {
  const all = [route, scan, source, ...encoders.values(), ...writers.values()];
  const errors = all.map((report) => report?.error ?? null).filter((error) => error !== null);
  const [worst] = errors.sort((a, b) => rankOf(b) - rankOf(a) || (a.since < b.since ? -1 : 1));
  if (worst === undefined) return OK;
  const { code, message, remedy, since } = worst;
  return { errorCode: DOCUMENTED[code] ?? code, message, remedy, since };
}
