/**
 * The rounds that guard every change: one of each family that breaks something of its own. Rounds on one
 * system need seeds of their own.
 */
export const SHORT_SET: readonly { readonly seed: number; readonly scenario: string }[] = [
  { seed: 41, scenario: 'kill' },
  { seed: 50, scenario: 'zombie' },
  { seed: 43, scenario: 'failpoint' },
  { seed: 44, scenario: 'shaky-store' },
  { seed: 29, scenario: 'postgres-restart' },
  { seed: 64, scenario: 'broker-restart' },
  { seed: 12, scenario: 'neighbour-created' },
];
