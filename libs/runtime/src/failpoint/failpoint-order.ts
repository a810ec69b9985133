/** What a process does to itself at a failpoint. */
export type FailpointAction =
  | { readonly kind: 'kill' }
  /** A zombie, once it is continued. */
  | { readonly kind: 'stop' }
  /** A passing error of the outside system that is next to the failpoint. */
  | { readonly kind: 'error' }
  | { readonly kind: 'sleep'; readonly ms: number };

/** An order as it stands in the file of a failpoint, to be obeyed at the N-th time it is reached. */
export type FailpointOrder =
  `${'kill' | 'stop' | 'error' | `sleep ${number}`}${'' | ` after ${number}`}`;

/** What the file of a failpoint holds once a process has claimed it, right before it obeys. */
export interface FailpointHit {
  readonly pid: number;
  readonly order: string;
  readonly at: string;
}

export interface ReadOrder {
  readonly action: FailpointAction;
  /** From 1. */
  readonly after: number;
}

const ORDER = /^(?:(kill|stop|error)|sleep (\d+))(?: after ([1-9]\d*))?$/;

/** `undefined` for what is not an order. */
export function readOrder(text: string): ReadOrder | undefined {
  const match = ORDER.exec(text.trim());
  if (match === null) return undefined;
  const [, kind, ms, after = '1'] = match;
  const action = kind === undefined ? { kind: 'sleep', ms: Number(ms) } : { kind };
  return { action: action as FailpointAction, after: Number(after) };
}
