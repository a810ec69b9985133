import { z } from 'zod';

/** Why a text is no name of anything that could be stored, or null. Pure. */
export function textProblem(text: string): string | null {
  if (!text.isWellFormed()) return 'has half a character (a surrogate without its other half)';
  return /[\u0000-\u001f\u007f]/.test(text) ? 'has a control character' : null;
}

/** Text that PostgreSQL and every reader of JSON can hold. */
export const readableText = z.string().superRefine((text, context) => {
  const problem = textProblem(text);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});

/** The name of a column: PostgreSQL takes all control characters there but NUL. */
export const columnText = z.string().superRefine((text, context) => {
  const problem = textProblem(text.replaceAll(/[\u0001-\u001f\u007f]/g, ' '));
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});
