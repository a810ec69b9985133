import { setTimeout as sleep } from 'node:timers/promises';

/** States of a connector and of its tasks, as Kafka Connect names them. */
export type ConnectState =
  'UNASSIGNED' | 'RUNNING' | 'PAUSED' | 'STOPPED' | 'FAILED' | 'RESTARTING';

export interface ConnectorStatus {
  readonly connector: { readonly state: ConnectState; readonly trace?: string };
  readonly tasks: readonly { readonly state: ConnectState; readonly trace?: string }[];
}

export type ConnectorConfig = Readonly<Record<string, string>>;

const REQUEST_MS_MAX = 60_000;
const STATE_MS_MAX = 120_000;
const EVERY_MS = 50;
const TRACE_CHARACTERS_MAX = 4_000;
const NOT_FOUND = 404;

/** The REST API of a Connect worker. */
export class ConnectClient {
  constructor(private readonly url: string) {}

  async isHealthy(): Promise<boolean> {
    return (await fetch(`${this.url}/health`)).ok;
  }

  /** Creates a connector, which starts by itself. */
  async put(name: string, config: ConnectorConfig): Promise<void> {
    await this.ask('PUT', `${pathOf(name)}/config`, config);
  }

  /** Removes a connector; one that is missing is fine. Its offsets stay. */
  async delete(name: string): Promise<void> {
    await this.ask('DELETE', pathOf(name), undefined, [NOT_FOUND]);
  }

  /** Ends the task of a connector for good, unlike a pause; its offsets stay. */
  async stop(name: string): Promise<void> {
    await this.ask('PUT', `${pathOf(name)}/stop`);
    await this.until(name, ({ connector, tasks }) => {
      return connector.state === 'STOPPED' && tasks.length === 0;
    });
  }

  /** @returns as soon as the worker has been told */
  async resume(name: string): Promise<void> {
    await this.ask('PUT', `${pathOf(name)}/resume`);
  }

  async untilRunning(name: string): Promise<void> {
    await this.until(name, ({ connector, tasks }) => {
      const running = tasks.length > 0 && tasks.every(({ state }) => state === 'RUNNING');
      return connector.state === 'RUNNING' && running;
    });
  }

  /** How many source partitions a connector has an offset of. */
  async countOffsets(name: string): Promise<number> {
    const answer = await this.ask('GET', `${pathOf(name)}/offsets`);
    return (answer as { offsets: unknown[] }).offsets.length;
  }

  /**
   * Null while a connector that was only just made is not known yet.
   *
   * @throws Error with the connector's own trace when it or its task has failed
   */
  async status(name: string): Promise<ConnectorStatus | null> {
    const answer = await this.ask('GET', `${pathOf(name)}/status`, undefined, [NOT_FOUND]);
    if (answer === null) return null;
    const status = answer as ConnectorStatus;
    const trace = failureOf(status);
    if (trace !== null) throw new Error(`connector ${name} has failed:\n${trace}`);
    return status;
  }

  private async until(name: string, holds: (status: ConnectorStatus) => boolean): Promise<void> {
    const end = performance.now() + STATE_MS_MAX;
    for (;;) {
      const status = await this.status(name);
      if (status !== null && holds(status)) return;
      if (performance.now() > end) {
        throw new Error(`connector ${name} is ${JSON.stringify(status)} after ${STATE_MS_MAX} ms`);
      }
      await sleep(EVERY_MS);
    }
  }

  /** Null for an empty answer, and for one whose status is among `fine`. */
  // eslint-disable-next-line max-params -- the parts of a request
  private async ask(
    method: 'GET' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
    fine: readonly number[] = [],
  ): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(REQUEST_MS_MAX),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (fine.includes(response.status)) return null;
    if (!response.ok) {
      throw new Error(`Connect answers ${response.status} to ${method} ${path}: ${text}`);
    }
    return text === '' ? null : JSON.parse(text);
  }
}

/** Why a connector or one of its tasks has failed; null when none has. Pure. */
export function failureOf({ connector, tasks }: ConnectorStatus): string | null {
  const failed = [connector, ...tasks].find(({ state }) => state === 'FAILED');
  if (failed === undefined) return null;
  return (failed.trace ?? '(no trace)').slice(0, TRACE_CHARACTERS_MAX);
}

function pathOf(name: string): string {
  return `/connectors/${encodeURIComponent(name)}`;
}
