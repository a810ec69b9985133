/** Which names tasks may have; `LAKEFERRY_TASK_NAMES`. */
export const TASK_NAME_RULES = ['strict', 'samples'] as const;
export type TaskNameRule = (typeof TASK_NAME_RULES)[number];

interface NamePattern {
  readonly pattern: RegExp;
  readonly words: string;
}

/**
 * `strict` is the documented rule. `samples` takes the names of the vendor's own samples too
 * (`sampledeliverytask`, `taskTest_29`, `testTaskTimeParitionedHiveNamingStyle`), which break it.
 * Either way a name ends in a letter or digit, so that it can be told from what follows it in a key, and
 * holds nothing that a topic's name can't.
 */
export const TASK_NAMES: Readonly<Record<TaskNameRule, NamePattern>> = {
  strict: {
    pattern: /^[a-z0-9][a-z0-9-]{1,14}[a-z0-9]$/,
    words: 'must be 3 to 16 lower-case letters, digits and hyphens, no hyphen at its ends',
  },
  samples: {
    pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{1,62}[A-Za-z0-9]$/,
    words:
      'must be 3 to 64 letters, digits, hyphens and underscores, with a letter or digit at its ends',
  },
};
