/** The rounds that guard every change: one of each family that breaks something of its own. */
export const SHORT_SET: readonly { readonly seed: number; readonly scenario: string }[] = [
  { seed: 1, scenario: 'kill' },
  { seed: 2, scenario: 'zombie' },
];
