import {
  SOURCE_KEYS,
  sourcePosition,
  sourceRoute,
  type SourcePosition,
  type SourceRoute,
} from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';

/** What a source's own topic says: how far it is published and where its tables' changes go. */
export interface SourceState {
  readonly position: SourcePosition | null;
  readonly routes: ReadonlyMap<string, SourceRoute>;
}

export const EMPTY_SOURCE_STATE: SourceState = { position: null, routes: new Map() };

const ROUTE_PREFIX = SOURCE_KEYS.route('');

/** The state after one more record of `lakeferry.source.<source>`. Pure. */
export function foldSourceRecord(
  state: SourceState,
  key: string,
  value: string | null,
): SourceState {
  if (key === SOURCE_KEYS.position) {
    return { ...state, position: value === null ? null : parse(sourcePosition, key, value) };
  }
  if (key.startsWith(ROUTE_PREFIX)) {
    const routes = new Map(state.routes);
    if (value === null) routes.delete(key.slice(ROUTE_PREFIX.length));
    else routes.set(key.slice(ROUTE_PREFIX.length), parse(sourceRoute, key, value));
    return { ...state, routes };
  }
  return state;
}

function parse<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  key: string,
  value: string,
): T {
  const parsed = schema.safeParse(JSON.parse(value));
  if (parsed.success) return parsed.data;
  throw new DeliveryError('CONTRACT_VIOLATION', 'a record of the source topic can not be read', {
    context: { key },
  });
}
