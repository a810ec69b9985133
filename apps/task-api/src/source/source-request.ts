import { z } from 'zod';
import { deliverySchema, finding, tableSummary } from '@lakeferry/contracts';
import type { Remedies } from '../api/read-request.js';
import { parseSourceUrl } from './source-url.js';

export const SOURCE_NAME = /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/;

/** What a user says of a new source. */
export const sourceRequest = z.strictObject({
  name: z
    .string()
    .regex(SOURCE_NAME, 'must be 2 to 32 lower-case letters, digits and hyphens, a letter first'),
  kind: z.literal('postgres').default('postgres'),
  url: z.string().superRefine((text, context) => {
    const parsed = parseSourceUrl(text);
    if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.problem });
  }),
});
export type SourceRequest = z.infer<typeof sourceRequest>;

export const SOURCE_REMEDIES: Remedies = {
  '': 'Send a JSON object.',
  '?': 'Known are name, kind, url.',
  name: 'For example orders-db.',
  kind: 'Only postgres.',
  url: 'For example postgres://user:password@host:5432/database.',
};

/** A source as it is shown; of its URL only what is no secret. */
export const sourceView = z.object({
  name: z.string(),
  kind: z.literal('postgres'),
  host: z.string(),
  port: z.int(),
  database: z.string(),
  user: z.string(),
  createdAt: z.string(),
});
export type SourceView = z.infer<typeof sourceView>;

export const createdSourceView = sourceView.extend({ findings: z.array(finding) });
export const sourceListView = z.object({ sources: z.array(sourceView) });
export const tableListView = z.object({ tables: z.array(tableSummary) });
export const checkView = z.object({ source: z.string(), findings: z.array(finding) });
export const schemaView = z.object({
  tableName: z.string(),
  key: z.array(z.string()),
  parquetSchema: deliverySchema,
  warnings: z.array(finding),
});
