import type { RoundPlan, TableKind } from './round-plan.js';

/** The kinds of tables that a round needs: of its tasks, and of those that come by a fault. */
export function tableKinds({
  tasks,
  faults,
}: Pick<RoundPlan, 'tasks' | 'faults'>): readonly TableKind[] {
  const neighbours = faults.flatMap(({ fault }) =>
    fault.kind === 'neighbour-created' ? [fault.neighbour] : [],
  );
  return [...new Set([...tasks, ...neighbours].map(({ table }) => table))];
}
