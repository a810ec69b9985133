import { z } from 'zod';
import { invalidArgument, type FieldProblem } from '@lakeferry/errors';

/** What would be right, by the path of the field without indexes. */
export type Remedies = Readonly<Record<string, string>>;

/**
 * Reads what a user sent, with every field that is wrong: what is wrong with it and what would be
 * right.
 *
 * @throws DeliveryError INVALID_ARGUMENT
 */
export function readRequest<T>(schema: z.ZodType<T>, value: unknown, remedies: Remedies): T {
  const parsed = schema.safeParse(value, {
    error: (issue) => (issue.input === undefined ? 'is missing' : undefined),
  });
  if (parsed.success) return parsed.data;
  throw invalidArgument(parsed.error.issues.flatMap((issue) => toProblems(issue, [], remedies)));
}

type Issue = z.core.$ZodIssue;

function toProblems(
  issue: Issue,
  under: readonly PropertyKey[],
  remedies: Remedies,
): FieldProblem[] {
  const path = [...under, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: pathText([...path, key]),
      problem: 'is not known',
      remedy: remedies[`${withoutIndexes(path)}?`] ?? 'Leave it out.',
    }));
  }
  if (issue.code === 'invalid_union') {
    // The last form is the one with parts: its issues say most, unless the value is no such thing at all.
    const deepest = issue.errors.at(-1) ?? [];
    if (deepest.some(({ path: inner }) => inner.length > 0)) {
      return deepest.flatMap((inner) => toProblems(inner, path, remedies));
    }
  }
  const field = path.length === 0 ? 'body' : pathText(path);
  const remedy = remedies[withoutIndexes(path)] ?? 'See /docs.';
  return [{ field, problem: sentence(issue.message), remedy }];
}

function sentence(message: string): string {
  return message.replace(/^Invalid (input|option): /, 'is wrong: ');
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, at) =>
      typeof part === 'number' ? `[${part}]` : `${at > 0 ? '.' : ''}${String(part)}`,
    )
    .join('');
}

function withoutIndexes(path: readonly PropertyKey[]): string {
  return path.filter((part) => typeof part !== 'number').join('.');
}
