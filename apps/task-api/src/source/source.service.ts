import type { DeliverySchema, Finding, TableSummary } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import type { Logger } from '@lakeferry/observability';
import { formatTableName, parseTableName } from '@lakeferry/postgres';
import type { SecretBox } from '@lakeferry/runtime';
import type { StoredSource, TaskStore } from '@lakeferry/task-store';
import { readRequest } from '../api/read-request.js';
import type { ConfiguredSource } from '../config.js';
import type { InspectionClient } from '../inspection/inspection-client.js';
import { resolveSchema } from '../task/resolve-schema.js';
import { SOURCE_NAME, SOURCE_REMEDIES, sourceRequest, type SourceView } from './source-request.js';
import { parseSourceUrl } from './source-url.js';

export interface SourceServiceOptions {
  readonly store: Pick<TaskStore, 'sources'>;
  readonly secrets: SecretBox;
  readonly inspection: InspectionClient;
  readonly logger: Logger;
  /** Called after each change that waits in the outbox. */
  readonly onChanged: () => void;
}

/** Sources: their URLs are sealed before they are stored, published or sent, and never shown again. */
export class SourceService {
  constructor(private readonly options: SourceServiceOptions) {}

  /** Stores a source once the changefeed could connect to it. */
  async create(body: unknown): Promise<SourceView & { findings: Finding[] }> {
    const { store, secrets, inspection } = this.options;
    const { name, url } = readRequest(sourceRequest, body, SOURCE_REMEDIES);
    if ((await store.sources.find(name)) !== undefined) {
      throw new DeliveryError('ALREADY_EXISTS', `there is a source ${name} already`);
    }
    const sealedUrl = secrets.seal(url);
    const findings = await inspection.check({ name, sealedUrl });
    const stored = await store.sources.create({ name, sealedUrl });
    this.options.onChanged();
    return { ...this.toView(stored), findings: [...findings] };
  }

  async list(): Promise<SourceView[]> {
    return (await this.options.store.sources.list()).map((source) => this.toView(source));
  }

  /** @throws DeliveryError NOT_FOUND */
  async get(name: string): Promise<StoredSource> {
    const source = SOURCE_NAME.test(name) ? await this.options.store.sources.find(name) : undefined;
    if (source !== undefined) return source;
    throw new DeliveryError('NOT_FOUND', `there is no source ${name}`);
  }

  async tables(name: string): Promise<readonly TableSummary[]> {
    return this.options.inspection.tables(await this.get(name));
  }

  async check(name: string): Promise<readonly Finding[]> {
    return this.options.inspection.check(await this.get(name));
  }

  /** The delivery schema that "auto" would give. */
  async schema(
    name: string,
    table: string,
  ): Promise<{
    tableName: string;
    key: string[];
    parquetSchema: DeliverySchema;
    warnings: Finding[];
  }> {
    const canonical = formatTableName(parseTableName(table));
    const described = await this.options.inspection.table(await this.get(name), canonical);
    const { schema, warnings } = resolveSchema('auto', described.columns);
    return {
      tableName: described.table,
      key: described.key,
      parquetSchema: [...schema],
      warnings: [...warnings],
    };
  }

  /** Makes the sources of the configuration that are missing, and follows their URLs. */
  async ensure(configured: readonly ConfiguredSource[]): Promise<void> {
    const { store, secrets, logger, onChanged } = this.options;
    for (const { name, url } of configured) {
      readRequest(sourceRequest, { name, url: url.reveal() }, SOURCE_REMEDIES);
      const stored = await store.sources.find(name);
      if (stored === undefined) {
        await store.sources.create({ name, sealedUrl: secrets.seal(url.reveal()) });
      } else if (secrets.open(stored.sealedUrl).reveal() !== url.reveal()) {
        await store.sources.changeUrl(name, secrets.seal(url.reveal()));
      } else continue;
      logger.info('source taken from the configuration', { source: name });
      onChanged();
    }
  }

  private toView({ name, kind, sealedUrl, createdAt }: StoredSource): SourceView {
    const parsed = parseSourceUrl(this.options.secrets.open(sealedUrl).reveal());
    const nowhere = { host: '', port: 0, database: '', user: '' };
    const address = parsed.ok ? parsed.address : nowhere;
    return { name, kind, ...address, createdAt: createdAt.toISOString() };
  }
}
