import type { TaskConfig } from '@lakeferry/contracts';
import { S3Endpoint, type ObjectStore, type S3Limits } from '@lakeferry/object-store';
import type { KnownRole, RoleBook } from '../role/role-book.js';
import { decidePlace, type PlaceSettings, type S3Place, type TaskPlace } from './decide-place.js';
import { TaskBucket } from './task-bucket.js';

/** Where the objects of a task go. */
export interface Destination {
  /** The same for ever: the ledger knows keys by it. */
  readonly name: string;
  readonly store: ObjectStore;
}

interface BucketsOptions {
  readonly settings: PlaceSettings;
  readonly roles: Pick<RoleBook, 'find'>;
  readonly limits?: Partial<S3Limits>;
  readonly silenceMsMax?: number;
}

/** What is under way with credentials that were replaced may end. */
const RETIRED_MS = 120_000;

/** The buckets of all tasks; those of one endpoint, region and role share their connections. */
export class Buckets {
  readonly #options: BucketsOptions;
  readonly #endpoints = new Map<string, { version: string; endpoint: S3Endpoint }>();
  readonly #retired = new Map<S3Endpoint, NodeJS.Timeout>();

  constructor(options: BucketsOptions) {
    this.#options = options;
  }

  of(config: Pick<TaskConfig, 'ossBucket' | 'ossEndpoint' | 'region' | 'ossStsRole'>): Destination {
    const place = decidePlace(config, this.#options.settings);
    const { ossBucket: bucket, ossStsRole: role } = config;
    const open = (known: KnownRole) => this.#endpoint(place, role, known).bucket(bucket);
    return {
      name: place.name,
      store: new TaskBucket({ place, role, roles: this.#options.roles, open }),
    };
  }

  close(): void {
    for (const { endpoint } of this.#endpoints.values()) endpoint.close();
    for (const [endpoint, timer] of this.#retired) {
      clearTimeout(timer);
      endpoint.close();
    }
    this.#endpoints.clear();
    this.#retired.clear();
  }

  #endpoint({ s3 }: TaskPlace, role: string | undefined, known: KnownRole): S3Endpoint {
    const key = JSON.stringify([keyOf(s3), role]);
    const held = this.#endpoints.get(key);
    if (held?.version === known.version) return held.endpoint;
    if (held !== undefined) this.#retire(held.endpoint);
    const { credentials, version } = known;
    const { limits, silenceMsMax } = this.#options;
    const endpoint = new S3Endpoint({ ...s3, credentials, limits, silenceMsMax });
    this.#endpoints.set(key, { version, endpoint });
    return endpoint;
  }

  #retire(endpoint: S3Endpoint): void {
    const timer = setTimeout(() => {
      this.#retired.delete(endpoint);
      endpoint.close();
    }, RETIRED_MS);
    this.#retired.set(endpoint, timer.unref());
  }
}

function keyOf({ endpoint, region, forcePathStyle, checksums }: S3Place): readonly unknown[] {
  return [endpoint, region, forcePathStyle, checksums];
}
