import { z } from 'zod';
import { Secret } from '@lakeferry/runtime';

/** Readers of a setting's text; each takes an absent variable as `undefined`. */
export const kinds = {
  text: z.string(),
  optionalText: z.string().optional(),
  textOr: (fallback: string) => z.string().default(fallback),
  oneOf: <const T extends readonly [string, ...string[]]>(values: T, fallback: T[number]) =>
    z
      .enum(values)
      .optional()
      .transform((text) => text ?? fallback),
  optionalHttpUrl: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .optional(),
  secret: z.string().transform((text) => new Secret(text)),
  optionalSecret: z
    .string()
    .optional()
    .transform((text) => (text === undefined ? undefined : new Secret(text))),
  port: z
    .string()
    .regex(/^\d+$/, 'must be a port number')
    .transform(Number)
    .pipe(z.number().int().min(0).max(65_535)),
  integerOr: (fallback: number, min: number, max: number) =>
    z
      .string()
      .regex(/^\d+$/, 'must be a whole number')
      .optional()
      .transform((text) => (text === undefined ? fallback : Number(text)))
      .pipe(z.number().int().min(min).max(max)),
  flagOr: (fallback: boolean) =>
    z
      .enum(['true', 'false'])
      .optional()
      .transform((text) => (text === undefined ? fallback : text === 'true')),
  list: z.string().transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  ),
} as const;
