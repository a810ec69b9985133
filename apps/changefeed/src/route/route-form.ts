import {
  FIRST_REVISION,
  NOTES_MAX,
  type RouteForm,
  type RouteNote,
  type SourceRoute,
} from '@lakeferry/contracts';

/** The form of a route; of one that was made before schemas could change, all that is known of it. */
export function formOf(route: SourceRoute): RouteForm {
  const { form, task } = route;
  if (form !== undefined) return form;
  return {
    ...{ version: task.schemaVersion, revision: FIRST_REVISION, lsn: '0/0' },
    ...{ shape: [], changes: [], notes: [] },
  };
}

/** Notes with newer ones behind them; the oldest make room. */
export function noted(notes: readonly RouteNote[], more: readonly RouteNote[]): RouteNote[] {
  return [...notes, ...more].slice(-NOTES_MAX);
}
