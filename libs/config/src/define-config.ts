import type { z } from 'zod';
import { DeliveryError, type FieldProblem } from '@lakeferry/errors';

/** One setting: how its text is read, and what it means. */
export interface Option<T> {
  readonly env: string;
  readonly schema: z.ZodType<T, string | undefined>;
  readonly doc: string;
}

/** A table of settings by the name under which code reads them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any option, whatever its value's type
export type OptionTable = Readonly<Record<string, Option<any>>>;

export type ConfigOf<T extends OptionTable> = {
  readonly [K in keyof T]: T[K] extends Option<infer V> ? V : never;
};

/** Declares one setting; type, default and documentation derive from it. */
export function option<T>(
  env: string,
  schema: z.ZodType<T, string | undefined>,
  doc: string,
): Option<T> {
  return { env, schema, doc };
}

/**
 * Reads every setting at once. An empty variable counts as absent.
 *
 * @throws DeliveryError CONFIG_INVALID naming all unusable settings, never their values.
 */
export function loadConfig<T extends OptionTable>(
  table: T,
  env: Readonly<Record<string, string | undefined>>,
): ConfigOf<T> {
  const fields: FieldProblem[] = [];
  const config: Record<string, unknown> = {};
  for (const [name, { env: variable, schema, doc }] of Object.entries(table)) {
    const text = env[variable];
    const parsed = schema.safeParse(text === '' ? undefined : text);
    if (parsed.success) config[name] = parsed.data;
    else {
      const problem = text === undefined ? 'is not set' : (parsed.error.issues[0]?.message ?? '');
      fields.push({ field: variable, problem, remedy: doc });
    }
  }
  if (fields.length > 0) {
    const list = fields.map((f) => `  ${f.field} ${f.problem} (${f.remedy})`).join('\n');
    throw new DeliveryError('CONFIG_INVALID', `unusable settings:\n${list}`, { fields });
  }
  return config as ConfigOf<T>;
}
