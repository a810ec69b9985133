import type { S3Operation } from './s3-operation.js';

/** An answer of the store's own kind, in place of the store's. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
}

/**
 * What happens to one request:
 * - a status or a refusal: that answer, and the store sees nothing;
 * - `reset`      the connection is reset, and the store sees nothing;
 * - `stall`      nothing is read or answered until the stall ends, then the request goes on;
 * - `lost`       the store does it, and the connection is reset in place of its answer;
 * - `truncated`  the bytes end in their middle with the connection: those of the request where it
 *                carries data (`put`, `part`), those of the answer elsewhere;
 * - `halved`     the answer is half of itself, and looks whole to HTTP.
 */
export type ProxyFault =
  409 | 429 | 500 | 501 | 503 | 'reset' | 'stall' | 'lost' | 'truncated' | 'halved' | Refusal;

export interface ProxyScript {
  readonly operation: S3Operation;
  readonly fault: ProxyFault;
  readonly times: number;
}

/** Faults that come by chance. */
export interface Disturbance {
  readonly operations: readonly S3Operation[];
  readonly faults: readonly ProxyFault[];
  /** Of the requests of these operations that a fault hits, from 0 to 1. */
  readonly share: number;
  /** Uniform in [0, 1); seeded where a run must be repeatable. */
  readonly random: () => number;
}

/** How often a fault was injected. */
export interface Injected {
  readonly operation: S3Operation;
  /** `503`, `stall`, the code of a refusal. */
  readonly fault: string;
  readonly times: number;
}

/** Whose requests carry data. */
export const UPLOADING: readonly S3Operation[] = ['put', 'part'];
/** Whose answers have a body, at a store that does as it is asked. */
const ANSWERED: readonly S3Operation[] = ['create', 'complete', 'list', 'get', 'buckets'];
const CONDITIONAL: readonly S3Operation[] = ['put', 'complete'];

/** Whether a fault can befall an operation at all: there must be something to cut or to collide with. */
export function canHit(operation: S3Operation, fault: ProxyFault): boolean {
  if (fault === 'truncated') return UPLOADING.includes(operation) || ANSWERED.includes(operation);
  if (fault === 'halved') return ANSWERED.includes(operation);
  if (fault === 409 || fault === 501) return CONDITIONAL.includes(operation);
  return true;
}

/** What the fault of each request is: refusals first, then scripts in order, then chance. */
export class FaultPlan {
  #refusal: Refusal | undefined;
  #script: { operation: S3Operation; fault: ProxyFault; left: number }[] = [];
  #disturbance: Disturbance | undefined;
  readonly #injected = new Map<string, Injected>();

  script(faults: readonly ProxyScript[]): void {
    this.#script = faults.map(({ operation, fault, times }) => ({ operation, fault, left: times }));
  }

  disturb(disturbance: Disturbance | undefined): void {
    this.#disturbance = disturbance;
  }

  refuseAll(refusal: Refusal | undefined): void {
    this.#refusal = refusal;
  }

  get injected(): readonly Injected[] {
    return [...this.#injected.values()];
  }

  /** As `injected`, for people; forgets it. */
  account(): readonly string[] {
    const told = this.injected.map(
      ({ operation, fault, times }) => `${operation} ${fault}: ${times}`,
    );
    this.#injected.clear();
    return told;
  }

  /** @param isConditional whether the request asks that nothing be there: 501 hits only such */
  next(operation: S3Operation, isConditional: boolean): ProxyFault | undefined {
    const fault =
      this.#refusal ?? this.#scripted(operation, isConditional) ?? this.#chance(operation);
    if (fault !== undefined) this.#count(operation, nameOf(fault));
    return fault;
  }

  #scripted(operation: S3Operation, isConditional: boolean): ProxyFault | undefined {
    const found = this.#script.find((each) => each.operation === operation && each.left > 0);
    if (found === undefined || (found.fault === 501 && !isConditional)) return undefined;
    found.left -= 1;
    return found.fault;
  }

  #chance(operation: S3Operation): ProxyFault | undefined {
    const { operations, faults, share, random } = this.#disturbance ?? NOTHING;
    if (!operations.includes(operation) || random() >= share) return undefined;
    const possible = faults.filter((fault) => canHit(operation, fault));
    return possible[Math.floor(random() * possible.length)];
  }

  #count(operation: S3Operation, fault: string): void {
    const key = `${operation} ${fault}`;
    const times = (this.#injected.get(key)?.times ?? 0) + 1;
    this.#injected.set(key, { operation, fault, times });
  }
}

const NOTHING: Disturbance = { operations: [], faults: [], share: 0, random: () => 1 };

function nameOf(fault: ProxyFault): string {
  return typeof fault === 'object' ? fault.code : String(fault);
}
