/** A task as its URL names it. */
export interface TaskName {
  readonly source: string;
  readonly tableName: string;
  readonly taskName: string;
}

/** What a task is asked to be. */
export interface TaskRequest extends TaskName {
  readonly taskType?: 'BASE' | 'INC' | 'BASE_INC' | undefined;
  readonly taskConfig: Readonly<Record<string, unknown>>;
}

/** What the status of a task says, as far as a demo or a test asks. */
export interface TaskView extends TaskName {
  readonly taskId: string;
  readonly phase: 'INIT' | 'FULL' | 'INCR';
  readonly state: string;
  /** C: the position at which the task started. */
  readonly c: string | null;
  /** What the start of the task waits for, in words. */
  readonly waitingFor?: string | null | undefined;
  readonly deliveredUpTo: { readonly lsn: string | null; readonly at: string | null } | null;
  readonly rows: number;
  /** Lanes over which the changes are spread now. */
  readonly lanes: number;
  readonly objects: number;
  /** Fields that became null because their value did not fit. */
  readonly dirty: number;
  readonly scan: {
    readonly state: string;
    readonly pagesDone: number;
    readonly pagesTotal: number;
    /** E: the position at which the scan ended. */
    readonly end: string | null;
  } | null;
  /** What is wanted of the rows and not in force yet. */
  readonly pendingRevision?: number | null | undefined;
  /** Version of the schema that is in force. */
  readonly schemaVersion?: number | undefined;
  readonly notes?: readonly { readonly code: string; readonly column: string | null }[] | undefined;
  readonly errorCode: string;
  readonly message?: string | null | undefined;
  readonly remedy?: string | null | undefined;
}

/** An object as the ledger has it. */
export interface TaskObject {
  readonly fileId: string;
  readonly content: 'parquet' | 'dirty';
  readonly lane: number;
  readonly objectKey: string;
  readonly rows: number;
  readonly bytes: number;
  readonly visibleAt: string | null;
  readonly schemaVersion: number;
}

/** A field that became null because its value did not fit. */
export interface DirtyField {
  readonly fileId: string;
  readonly op: string;
  readonly column: string | null;
  readonly reason: string;
  readonly value: string | null;
}

const REQUEST_MS_MAX = 30_000;

/** The REST API as any client sees it. */
export class TaskClient {
  constructor(
    private readonly url: string,
    private readonly token?: string | null,
  ) {}

  async create(request: TaskRequest): Promise<void> {
    await this.call('POST', '/v1/tasks', request);
  }

  async describe(task: TaskName): Promise<TaskView> {
    return (await this.call('GET', taskPath(task))) as TaskView;
  }

  async exists(task: TaskName): Promise<boolean> {
    const answer = await this.send('GET', taskPath(task));
    if (answer.status !== 404 && !answer.ok) throw await refusal('GET', taskPath(task), answer);
    return answer.ok;
  }

  async remove(task: TaskName): Promise<void> {
    await this.call('DELETE', taskPath(task));
  }

  async pause(task: TaskName): Promise<void> {
    await this.call('POST', `${taskPath(task)}:pause`);
  }

  async resume(task: TaskName): Promise<void> {
    await this.call('POST', `${taskPath(task)}:resume`);
  }

  /** Changes a running task. */
  async update(task: TaskName, taskConfig: Readonly<Record<string, unknown>>): Promise<TaskView> {
    return (await this.call('PATCH', taskPath(task), { taskConfig })) as TaskView;
  }

  /** All objects of the task, newest first. */
  async objects(task: TaskName): Promise<readonly TaskObject[]> {
    const found: TaskObject[] = [];
    for (let before = ''; ;) {
      const path = `${taskPath(task)}/objects?limit=1000${before}`;
      const page = (await this.call('GET', path)) as { objects: TaskObject[]; next?: string };
      found.push(...page.objects);
      if (page.next === undefined) return found;
      before = `&before=${page.next}`;
    }
  }

  /** The newest dirty fields, newest first. */
  async dirtyFields(task: TaskName): Promise<readonly DirtyField[]> {
    return ((await this.call('GET', `${taskPath(task)}/dirty`)) as { fields: DirtyField[] }).fields;
  }

  /** The statement that creates the external table. */
  async statement(task: TaskName, engine: string): Promise<string> {
    const answer = await this.call('GET', `${taskPath(task)}/statement?engine=${engine}`);
    return typeof answer === 'string'
      ? answer
      : String((answer as { statement: string }).statement);
  }

  private async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.send(method, path, body);
    if (!answer.ok) throw await refusal(method, path, answer);
    const text = await answer.text();
    const isJson = (answer.headers.get('content-type') ?? '').includes('json');
    return isJson && text !== '' ? (JSON.parse(text) as unknown) : text;
  }

  private send(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.token != null && { authorization: `Bearer ${this.token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_MS_MAX),
    });
  }
}

async function refusal(method: string, path: string, answer: Response): Promise<Error> {
  return new Error(`${method} ${path} was answered ${answer.status}: ${await answer.text()}`);
}

function taskPath(task: TaskName): string {
  const parts = [task.source, task.tableName, task.taskName];
  return `/v1/tasks/${parts.map((part) => encodeURIComponent(part)).join('/')}`;
}
