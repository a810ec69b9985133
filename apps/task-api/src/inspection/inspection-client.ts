import type { z } from 'zod';
import {
  inspectCheckResponse,
  inspectError,
  inspectTablesResponse,
  tableDescription,
  type Finding,
  type TableDescription,
  type TableSummary,
} from '@lakeferry/contracts';
import { DeliveryError, ERROR_POLICY, type ErrorCode } from '@lakeferry/errors';

const ANSWER_MS_MAX = 25_000;

/** What is asked about a source; only the changefeed talks to source databases. */
export interface SourceToInspect {
  readonly name: string;
  readonly sealedUrl: string;
}

/** The changefeed's inspection API. */
export class InspectionClient {
  constructor(private readonly changefeedUrl: string) {}

  async tables({ sealedUrl }: SourceToInspect): Promise<readonly TableSummary[]> {
    return (await this.ask('tables', { sealedUrl }, inspectTablesResponse)).tables;
  }

  /** @throws DeliveryError NOT_FOUND */
  table({ sealedUrl }: SourceToInspect, table: string): Promise<TableDescription> {
    return this.ask('table', { sealedUrl, table }, tableDescription);
  }

  /** Without a table only the server is checked. */
  async check(
    { name, sealedUrl }: SourceToInspect,
    of: { table?: string; columns?: readonly string[] } = {},
  ): Promise<readonly Finding[]> {
    const body = { sealedUrl, source: name, ...of };
    return (await this.ask('check', body, inspectCheckResponse)).findings;
  }

  private async ask<T>(action: string, body: unknown, answer: z.ZodType<T>): Promise<T> {
    let response: Response;
    let json: unknown;
    try {
      response = await fetch(new URL(`inspect/${action}`, `${this.changefeedUrl}/`), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      });
      json = await response.json();
    } catch (cause) {
      throw unavailable('the changefeed, which alone talks to sources, does not answer', cause);
    }
    if (!response.ok) throw toError(json);
    const parsed = answer.safeParse(json);
    if (parsed.success) return parsed.data;
    throw unavailable('the changefeed answered in a form that is not known', parsed.error);
  }
}

/** The changefeed's own refusal, with its code. */
function toError(json: unknown): DeliveryError {
  const parsed = inspectError.safeParse(json);
  if (!parsed.success) return unavailable('the changefeed failed to answer', undefined);
  const { code, message } = parsed.data;
  if (code === 'UNAUTHENTICATED') {
    return unavailable("the changefeed does not have this installation's secret key", undefined);
  }
  return code in ERROR_POLICY
    ? new DeliveryError(code as ErrorCode, message)
    : unavailable(message, undefined);
}

function unavailable(message: string, cause: unknown): DeliveryError {
  return new DeliveryError('CHANGEFEED_UNAVAILABLE', message, { cause });
}
