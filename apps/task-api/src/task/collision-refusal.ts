import { DeliveryError } from '@lakeferry/errors';
import {
  dirtyMeetsData,
  keysMayCollide,
  readsWithOther,
  type KeySpace,
} from './prefix-collision.js';

type NamedKeySpace = KeySpace & { readonly tableName: string };

/** Why a task can't lie beside others, by the first of them that stands against it; or null. Pure. */
export function collisionRefusal(
  task: NamedKeySpace,
  others: readonly NamedKeySpace[],
): DeliveryError | null {
  const mixed = others.find((each) => dirtyMeetsData(task, each));
  if (mixed !== undefined) {
    return refusal(
      `dirty objects would lie among the data, of this task or of ${nameOf(mixed)}: ` +
        `an ossDirtyPrefix lies below the other's ossPrefix, in buckets ${task.config.ossBucket} ${ONE}`,
    );
  }
  const same = others.find((each) => keysMayCollide(task, each));
  if (same !== undefined) {
    return refusal(
      `objects of this task could get the keys of task ${nameOf(same)}: both have the same name, ` +
        `their prefixes can become the same, and their buckets ${task.config.ossBucket} ${ONE}`,
    );
  }
  const read = others.find((each) => readsWithOther(task, each));
  if (read === undefined) return null;
  return refusal(
    `readers would take objects of this task for those of ${nameOf(read)}, or the other way round: one ` +
      `name begins with the other and an underscore, where both lie in one folder of bucket ${task.config.ossBucket}`,
  );
}

const ONE = 'may be one, whatever their endpoints are called';

function nameOf({ taskName, tableName }: NamedKeySpace): string {
  return `${taskName} of ${tableName}`;
}

function refusal(message: string): DeliveryError {
  return new DeliveryError('PREFIX_COLLISION', message);
}
