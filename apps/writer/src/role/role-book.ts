import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { DeliveryError } from '@lakeferry/errors';
import type { S3Credentials } from '@lakeferry/object-store';
import type { Logger } from '@lakeferry/observability';
import type { Clock } from '@lakeferry/runtime';
import { DEFAULT_ROLE, parseRoleMap, resolveRole, roleKey, type RoleMap } from './role-map.js';

export interface RoleBookOptions {
  /** JSON file of roles; read again when it changes. */
  readonly file: string | undefined;
  readonly roles: RoleMap | undefined;
  /** Keys of the installation's settings: the default role where the map does not name it. */
  readonly keys: S3Credentials | undefined;
  /** Whether a missing default role is made from the credentials of this process. */
  readonly autocreate: boolean;
  readonly region: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A role at this moment. */
export interface KnownRole {
  readonly credentials: S3Credentials;
  /** Differs when the credentials do. */
  readonly version: string;
}

const LOOK_INTERVAL_MS = 1_000;

/** The operator's roles as they are now: a key that was exchanged in the file holds from the next put on. */
export class RoleBook {
  readonly #options: RoleBookOptions;
  #roles: RoleMap;
  #problem: string | undefined;
  #seen = '';
  #looked = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;

  constructor(options: RoleBookOptions) {
    this.#options = options;
    this.#roles = options.roles ?? new Map();
  }

  /**
   * @param role as a task names it; the default role when absent
   * @throws DeliveryError OBJECT_STORE_UNAUTHORIZED when there is no such role
   */
  async find(role: string | undefined): Promise<KnownRole> {
    await this.#look();
    const { keys, region } = this.#options;
    const own = keys ?? { kind: 'default-chain' };
    const roles = this.#withDefault();
    const credentials = resolveRole(roleKey(role), { roles, own, region });
    if (typeof credentials !== 'string') return { credentials, version: versionOf(credentials) };
    const unread = this.#problem === undefined ? '' : `; the file of roles ${this.#problem}`;
    throw new DeliveryError(
      'OBJECT_STORE_UNAUTHORIZED',
      `not authorized to deliver data to the bucket: ${credentials}${unread}`,
      { context: { role: role ?? DEFAULT_ROLE } },
    );
  }

  #withDefault(): RoleMap {
    const { keys, autocreate } = this.#options;
    const name = roleKey(DEFAULT_ROLE);
    if (this.#roles.has(name)) return this.#roles;
    if (keys?.kind === 'static') return new Map([...this.#roles, [name, keys]]);
    return autocreate ? new Map([...this.#roles, [name, { kind: 'default-chain' }]]) : this.#roles;
  }

  #look(): Promise<void> {
    const { file, clock } = this.#options;
    if (file === undefined || clock.now() - this.#looked < LOOK_INTERVAL_MS) {
      return Promise.resolve();
    }
    this.#looking ??= this.#read(file).finally(() => {
      this.#looked = clock.now();
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** A file that can't be read leaves the roles that were known: it may be in the middle of a change. */
  async #read(file: string): Promise<void> {
    const { logger } = this.#options;
    try {
      const { mtimeMs, size, ino } = await stat(file);
      const state = `${mtimeMs} ${size} ${ino}`;
      if (state === this.#seen) return;
      const parsed = parseRoleMap(await readFile(file, 'utf8'));
      this.#seen = state;
      this.#problem = parsed.ok ? undefined : parsed.problem;
      if (parsed.ok) this.#roles = parsed.roles;
      if (parsed.ok) logger.info('roles read', { detail: file, count: parsed.roles.size });
      else logger.error('roles not read', { detail: `${file} ${parsed.problem}` });
    } catch (error) {
      const { code } = error as { code?: unknown };
      this.#seen = '';
      this.#problem = `can't be read (${typeof code === 'string' ? code : 'unknown'})`;
      logger.error('roles not read', { detail: `${file} ${this.#problem}` });
    }
  }
}

function versionOf(credentials: S3Credentials): string {
  const parts = JSON.stringify(partsOf(credentials));
  return createHash('sha256').update(parts).digest('hex');
}

function partsOf(credentials: S3Credentials): readonly unknown[] {
  const { kind } = credentials;
  switch (kind) {
    case 'static': {
      const { accessKeyId, secretAccessKey, sessionToken } = credentials;
      return [kind, accessKeyId.reveal(), secretAccessKey.reveal(), sessionToken?.reveal()];
    }
    case 'default-chain':
      return [kind, credentials.profile];
    case 'assume-role': {
      const { roleArn, externalId, region, stsEndpoint, base } = credentials;
      return [kind, roleArn, externalId, region, stsEndpoint, partsOf(base)];
    }
    default:
      return credentials satisfies never;
  }
}
