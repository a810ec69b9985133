import { textProblem } from '../api/text-problem.js';

/** What is shown of a source's URL; never its password. */
export interface SourceAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

export type SourceUrlParse =
  | { readonly ok: true; readonly address: SourceAddress }
  | { readonly ok: false; readonly problem: string };

const PORT = 5432;

/** Reads the connection URL of a PostgreSQL source. Problems never quote it. Pure. */
export function parseSourceUrl(text: string): SourceUrlParse {
  if (!/^postgres(ql)?:\/\//.test(text)) {
    return { ok: false, problem: 'does not start with postgres:// or postgresql://' };
  }
  if (!URL.canParse(text)) return { ok: false, problem: 'is not a URL' };
  const url = new URL(text);
  const host = url.hostname === '' ? url.searchParams.get('host') : url.hostname;
  if (host === null || host === '') return { ok: false, problem: 'has no host' };
  const database = decoded(url.pathname.slice(1));
  if (database === null || database === '') return { ok: false, problem: 'has no database' };
  const user = decoded(url.username);
  if (user === null) return { ok: false, problem: 'has a user that is not encoded rightly' };
  const parts = [host, database, user, decoded(url.password) ?? ''];
  if (!text.isWellFormed() || parts.some((part) => textProblem(part) !== null)) {
    return { ok: false, problem: 'has a control character or half a character' };
  }
  const port = url.port === '' ? PORT : Number(url.port);
  return { ok: true, address: { host, port, database, user } };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
