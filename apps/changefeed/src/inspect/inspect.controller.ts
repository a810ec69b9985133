import { Body, Controller, HttpCode, HttpException, Inject, Post } from '@nestjs/common';
import type { z } from 'zod';
import {
  inspectCheckRequest,
  inspectTableRequest,
  inspectTablesRequest,
  type Finding,
  type TableDescription,
  type TableSummary,
} from '@lakeferry/contracts';
import { DeliveryError, isDeliveryError } from '@lakeferry/errors';
import {
  checkSource,
  checkTable,
  connectPostgres,
  findTable,
  listTables,
  parseTableName,
  type PgSession,
} from '@lakeferry/postgres';
import { SecretBox } from '@lakeferry/runtime';
import { CHANGEFEED_CONFIG, type ChangefeedConfig } from '../config.js';
import { sourceNames } from '../source/source-start.js';
import { toContract } from './table-contract.js';

const STATEMENT_TIMEOUT_MS = 15_000;

/** Answers what task-api asks about sources (`libs/contracts/src/inspection.ts`). */
@Controller('inspect')
export class InspectController {
  private readonly secrets: SecretBox;

  constructor(@Inject(CHANGEFEED_CONFIG) private readonly config: ChangefeedConfig) {
    this.secrets = new SecretBox(config.secretKey);
  }

  @Post('tables')
  @HttpCode(200)
  tables(@Body() body: unknown): Promise<{ tables: TableSummary[] }> {
    return answer(async () => {
      const { sealedUrl } = read(inspectTablesRequest, body);
      return this.withSession(sealedUrl, async (session) => ({
        tables: await listTables(session),
      }));
    });
  }

  @Post('table')
  @HttpCode(200)
  table(@Body() body: unknown): Promise<TableDescription> {
    return answer(async () => {
      const { sealedUrl, table } = read(inspectTableRequest, body);
      return this.withSession(sealedUrl, async (session) => {
        const found = await findTable(session, parseTableName(table));
        if (found !== null) return toContract(found);
        throw new DeliveryError('NOT_FOUND', `the source has no table ${table}`);
      });
    });
  }

  @Post('check')
  @HttpCode(200)
  check(@Body() body: unknown): Promise<{ findings: Finding[] }> {
    return answer(async () => {
      const { sealedUrl, source, table, columns } = read(inspectCheckRequest, body);
      const names = sourceNames(this.config.installation, source);
      return this.withSession(sealedUrl, async (session) => {
        const server = await checkSource(session, {
          slotName: names.slot,
          publicationName: names.publication,
        });
        if (table === undefined) return { findings: server };
        const ofTable = await checkTable(session, {
          table: parseTableName(table),
          ...(columns === undefined ? {} : { columns }),
        });
        return { findings: [...server, ...ofTable] };
      });
    });
  }

  private async withSession<T>(
    sealedUrl: string,
    body: (session: PgSession) => Promise<T>,
  ): Promise<T> {
    const session = await connectPostgres({
      url: this.secrets.open(sealedUrl).reveal(),
      applicationName: `${this.config.installation} inspection`,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    });
    try {
      return await body(session);
    } finally {
      await session.close();
    }
  }
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new DeliveryError('INVALID_ARGUMENT', parsed.error.message);
}

/** Errors go back as their code and message; the code decides the status. */
async function answer<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (!isDeliveryError(error)) throw error;
    throw new HttpException({ code: error.code, message: error.message }, statusOf(error));
  }
}

function statusOf(error: DeliveryError): number {
  if (error.code === 'NOT_FOUND') return 404;
  if (error.code === 'UNAUTHENTICATED') return 401;
  return error.action === 'refuse' ? 400 : 502;
}
