import { DeliveryError } from '@lakeferry/errors';
import type {
  ListedObject,
  ObjectHead,
  ObjectStore,
  PutRequest,
  StaleUploads,
} from '@lakeferry/object-store';
import type { KnownRole, RoleBook } from '../role/role-book.js';
import type { TaskPlace } from './decide-place.js';

interface TaskBucketOptions {
  readonly place: TaskPlace;
  /** As the task names it. */
  readonly role: string | undefined;
  readonly roles: Pick<RoleBook, 'find'>;
  readonly open: (role: KnownRole) => ObjectStore;
}

/**
 * The bucket of a task with the role as it is at each call: a role that is missing or a region that
 * is wrong is an error of the call, so a task holds and goes on by itself once it was mended.
 */
export class TaskBucket implements ObjectStore {
  readonly #options: TaskBucketOptions;
  #opened: { readonly version: string; readonly store: ObjectStore } | undefined;

  constructor(options: TaskBucketOptions) {
    this.#options = options;
  }

  async putIfAbsent(request: PutRequest): Promise<'created' | 'exists'> {
    return (await this.#store()).putIfAbsent(request);
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectHead | undefined> {
    return (await this.#store()).head(key, signal);
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncIterable<ListedObject> {
    yield* (await this.#store()).list(prefix, signal);
  }

  async abortStale(uploads: StaleUploads): Promise<number> {
    return (await this.#store()).abortStale(uploads);
  }

  async checkBucket(signal?: AbortSignal): Promise<void> {
    return (await this.#store()).checkBucket(signal);
  }

  async bucketCreatedAt(signal?: AbortSignal): Promise<Date | undefined> {
    return (await this.#store()).bucketCreatedAt(signal);
  }

  async #store(): Promise<ObjectStore> {
    const { place, role, roles, open } = this.#options;
    if (place.problem !== null) {
      throw new DeliveryError(place.problem.code, place.problem.message);
    }
    const known = await roles.find(role);
    if (this.#opened?.version !== known.version) {
      this.#opened = { version: known.version, store: open(known) };
    }
    return this.#opened.store;
  }
}
