import kafkajs, {
  type Admin,
  type Consumer,
  type Kafka as KafkaClient,
  type PartitionAssigner,
  type Producer,
} from 'kafkajs';
import type { Logger } from '@lakeferry/observability';
import { bridgeKafkaLog } from './kafka-log.js';
import { Topics } from './topics.js';
import { registerZstd } from './zstd-codec.js';

export interface KafkaOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** How long a step of a transaction is tried while the broker is away; below the transaction timeout. */
  readonly patienceMs?: number | undefined;
  readonly logger: Logger;
}

/** How much one consumer fetches at a time. */
export interface FetchLimits {
  /** Compressed bytes per partition and fetch; a larger record batch still comes whole. */
  readonly partitionBytesMax?: number;
  /** Compressed bytes per fetch. */
  readonly fetchBytesMax?: number;
}

export interface ConsumerSettings {
  readonly groupId: string;
  readonly assigner: PartitionAssigner;
  readonly fetch?: FetchLimits | undefined;
}

/** kafkajs' names of the levels, lowest first; the bridge decides what is really written. */
const LOG_EVERYTHING_BUT_DEBUG = kafkajs.logLevel.INFO;

/**
 * With kafkajs' defaults every second transaction sleeps 300 ms: commit returns before the markers
 * are written and the next transaction is answered CONCURRENT_TRANSACTIONS.
 */
const TRANSACTION_RETRY = {
  initialRetryTime: 5,
  maxRetryTime: 1000,
  factor: 0.2,
  multiplier: 1.5,
} as const;
/** Tries until their waits have grown to `maxRetryTime`; each one after that waits so long. */
const GROWING_RETRIES = 10;
const PATIENCE_MS = 40_000;

/** Consumers give up early: what happens then is decided here, not in kafkajs. */
const CONSUMER_RETRY = {
  initialRetryTime: 50,
  maxRetryTime: 1000,
  factor: 0.2,
  multiplier: 2,
  retries: 6,
  restartOnFailure: () => Promise.resolve(false),
} as const;

/** A missing topic or group is retried by kafkajs as often as this allows, for nothing. */
const ADMIN_RETRY = {
  initialRetryTime: 50,
  maxRetryTime: 500,
  factor: 0.2,
  multiplier: 2,
  retries: 5,
} as const;

const TRANSACTION_TIMEOUT_MS = 60_000;
const REQUEST_TIMEOUT_MS = 20_000;
const CONNECTION_TIMEOUT_MS = 5_000;
/** New partitions and moved leaders are seen within this time. */
const METADATA_AGE_MS_MAX = 10_000;
/** A vanished member blocks the rebalance until its session ends: short, never the default of 30 s. */
const SESSION_TIMEOUT_MS = 10_000;
const REBALANCE_TIMEOUT_MS = 15_000;
const HEARTBEAT_INTERVAL_MS = 2_000;
/** A resumed or sought partition waits for the fetch that is under way; also bounds `disconnect`. */
const FETCH_WAIT_MS_MAX = 250;

/**
 * The one maker of Kafka clients, with pinned settings. Every client has its own connections, so
 * that a slow fetch never waits in line with a heartbeat or commit of another.
 */
export class KafkaConnection {
  readonly logger: Logger;
  readonly topics: Topics;
  readonly #options: KafkaOptions;

  constructor(options: KafkaOptions) {
    registerZstd();
    this.#options = options;
    this.logger = options.logger;
    this.topics = new Topics(() => this.admin(), options.logger);
  }

  /** For the classes of this library only. */
  transactionalProducer(transactionalId: string): Producer {
    return this.#client().producer({
      transactionalId,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: TRANSACTION_TIMEOUT_MS,
      metadataMaxAge: METADATA_AGE_MS_MAX,
      retry: { ...TRANSACTION_RETRY, retries: this.#transactionRetries() },
      createPartitioner: () => explicitPartition,
    });
  }

  /** For the classes of this library only. */
  idempotentProducer(): Producer {
    return this.#client().producer({
      idempotent: true,
      maxInFlightRequests: 1,
      metadataMaxAge: METADATA_AGE_MS_MAX,
      retry: { ...ADMIN_RETRY, maxRetryTime: 1000, retries: 10 },
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
  }

  /** For the classes of this library only. */
  consumer(settings: ConsumerSettings): Consumer {
    return this.#client().consumer({
      groupId: settings.groupId,
      partitionAssigners: [settings.assigner],
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_INTERVAL_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS_MAX,
      metadataMaxAge: METADATA_AGE_MS_MAX,
      minBytes: 1,
      maxBytesPerPartition: settings.fetch?.partitionBytesMax ?? 4 * 1024 * 1024,
      maxBytes: settings.fetch?.fetchBytesMax ?? 16 * 1024 * 1024,
      readUncommitted: false,
      allowAutoTopicCreation: false,
      retry: CONSUMER_RETRY,
    });
  }

  /** For the classes of this library only. */
  admin(): Admin {
    return this.#client().admin({ retry: ADMIN_RETRY });
  }

  #transactionRetries(): number {
    const { patienceMs = PATIENCE_MS } = this.#options;
    return GROWING_RETRIES + Math.ceil(patienceMs / TRANSACTION_RETRY.maxRetryTime);
  }

  #client(): KafkaClient {
    return new kafkajs.Kafka({
      brokers: [...this.#options.brokers],
      clientId: this.#options.clientId,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      enforceRequestTimeout: true,
      logLevel: LOG_EVERYTHING_BUT_DEBUG,
      logCreator: bridgeKafkaLog(this.#options.logger),
    });
  }
}

/** Transactional producers own single partitions: the caller always names one. */
function explicitPartition({ message }: { message: { partition?: number } }): number {
  return message.partition ?? 0;
}

export function openKafka(options: KafkaOptions): KafkaConnection {
  return new KafkaConnection(options);
}
