import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  checkHistoryIn,
  CommitLog,
  describeReport,
  DuckSession,
  holds,
  isDeliveredBeyond,
  Journal,
  lastCommit,
  parseWalPosition,
  type S3Access,
  scanIsDone,
  TaskClient,
  type TaskView,
  Workload,
} from '@lakeferry/history';
import {
  CHECKOUT,
  clearDataFolder,
  DATABASES,
  installHttpfs,
  startServices,
  startStack,
  writeStackFile,
  type Services,
  type Stack,
} from '@lakeferry/stack';
import { answerTable } from './answer-table.js';
import { askBucket, askJournal, bucketObjects, bucketQuestion } from './bucket-answers.js';
import { watchTask, type WatchOptions } from './delivery-watch.js';
import type { DemoOptions } from './demo-options.js';
import { FLIGHT_COLUMNS, FLIGHTS, loadFlights } from './flights-table.js';
import { objectTree } from './object-tree.js';
import { Phases } from './phases.js';
import { ProgressBoard } from './progress-board.js';

const DATA_DIR = join(CHECKOUT, '.lakeferry', 'demo');
const TASK = { source: 'local', tableName: FLIGHTS.name, taskName: 'flights' } as const;
const PREFIX = 'flights/year=$yyyy/month=$MM';
const CONNECTIONS = 6;
/** Any fixed number: the same run of choices every time. */
const SEED = 2001;
const PAUSE_MS = 40;
const BEFORE_MS = 3_000;
const AFTER_MS = 5_000;
/** With fewer versions replaced while the scan runs, a run proves too little. */
const REPLACED_MIN = 1_000;
/** Small enough that the tail of the changes shows up soon. */
const FILE_AGE_SECONDS_MAX = 10;
const FILE_BYTES_TARGET = 8 * 1024 * 1024;

/** The main job on real parts, from an empty folder to a checked bucket. */
export class FlightsDemo {
  private readonly phases = new Phases((line) => this.say(line));
  private readonly board = new ProgressBoard();
  private stack: Stack | null = null;
  private services: Services | null = null;
  private s3: S3Access | null = null;

  constructor(
    private readonly options: DemoOptions,
    private readonly say: (line: string) => void,
  ) {}

  /** @returns whether everything that was promised holds */
  async run(): Promise<boolean> {
    const { stack, client } = await this.phases.run('Starting servers and services', () =>
      this.start(),
    );
    const url = stack.postgres.url(DATABASES.source);
    const { rows } = this.options;
    const base = await this.phases.run(`Loading ${rows.toLocaleString('en')} flights`, () =>
      this.load(url),
    );
    const log = await CommitLog.open({ url, tables: [FLIGHTS.name], name: 'demo_commit_log' });
    const journal = new Journal(join(DATA_DIR, 'journal.ndjson'));
    const delivered = await this.phases.run('Delivering while the table changes', () =>
      this.deliver({ client, url, log, journal }),
    );
    const commits = await log.read();
    journal.settle(commits);
    await log.close();
    journal.close();
    const history = { base, transactions: journal.transactions, commits };
    return this.phases.run('Checking the bucket against the journal', () =>
      this.check(client, delivered, history),
    );
  }

  /** Stops whatever runs; may be called at any time. */
  async stop(): Promise<void> {
    await this.services?.stop();
    await this.stack?.stop();
  }

  total(): string {
    return this.phases.total();
  }

  private async start(): Promise<{ stack: Stack; client: TaskClient }> {
    // A run starts from nothing; but never under the feet of another.
    await clearDataFolder(DATA_DIR);
    mkdirSync(DATA_DIR, { recursive: true, mode: 0o700 });
    const say = (line: string) => this.say(`  ${line}`);
    const httpfsFile = (await installHttpfs(say)) ?? undefined;
    const stack = (this.stack = await startStack({ dataDir: DATA_DIR, say }));
    const services = (this.services = await startServices({ stack }));
    writeStackFile(join(DATA_DIR, 'stack.json'), stack, services);
    this.s3 = { ...stack.s3, httpfsFile };
    return { stack, client: new TaskClient(services.restUrl) };
  }

  private async load(url: string): Promise<string> {
    const folder = join(DATA_DIR, 'load');
    mkdirSync(folder, { recursive: true });
    const bar = (share: number) => ({ name: 'flights', share, text: '' });
    const onProgress = (share: number) => this.board.show([bar(share)]);
    const base = await loadFlights({ url, rows: this.options.rows, folder, onProgress });
    this.board.end([bar(1)]);
    return base;
  }

  private async deliver(options: {
    client: TaskClient;
    url: string;
    log: CommitLog;
    journal: Journal;
  }): Promise<TaskView> {
    const { client, url, log, journal } = options;
    const highest = BigInt(this.options.rows);
    const workload = Workload.start({
      url,
      tables: [FLIGHTS],
      journal,
      connections: CONNECTIONS,
      seed: SEED,
      keyHighest: highest,
      versionHighest: highest,
      pauseMs: PAUSE_MS,
    });
    try {
      await sleep(BEFORE_MS);
      const endedBefore = workload.progress.ended;
      await client.create({ ...TASK, taskType: 'BASE_INC', taskConfig: this.taskConfig() });
      const watch: WatchOptions = {
        client,
        task: TASK,
        board: this.board,
        versionsKnown: () => this.options.rows + workload.progress.versions - endedBefore,
      };
      await watchTask(watch, scanIsDone);
      this.say('  the base scan is done; the table goes on changing');
      await sleep(AFTER_MS);
      await workload.stop();
      const last = lastCommit(await log.read());
      const { transactions, versions, rolledBack } = workload.progress;
      this.say(
        `  the workload has ended: ${versions.toLocaleString('en')} row versions in ` +
          `${transactions.toLocaleString('en')} transactions, ${rolledBack.toLocaleString('en')} rolled back`,
      );
      return await watchTask({ ...watch, isLast: true }, (view) => isDeliveredBeyond(view, last));
    } finally {
      if (workload.running) await workload.stop().catch(() => undefined);
    }
  }

  private taskConfig(): Record<string, unknown> {
    return {
      ossPrefix: PREFIX,
      ossBucket: this.stack?.s3.bucket,
      eventTimeColumn: { columnName: 'date' },
      parquetSchema: 'auto',
      lanes: 2,
      fileBytesTarget: FILE_BYTES_TARGET,
      fileAgeSecondsMax: FILE_AGE_SECONDS_MAX,
    };
  }

  private async check(
    client: TaskClient,
    view: TaskView,
    history: Parameters<typeof checkHistoryIn>[1]['history'],
  ): Promise<boolean> {
    if (this.s3 === null || this.stack === null || view.c === null) {
      throw new Error('the task does not say where it started');
    }
    const root = `s3://${this.stack.s3.bucket}`;
    const session = await DuckSession.open(this.s3);
    try {
      const report = await checkHistoryIn(session, {
        history,
        task: {
          taskName: TASK.taskName,
          taskType: 'BASE_INC',
          prefix: PREFIX,
          c: parseWalPosition(view.c),
          scanEnd: view.scan?.end == null ? undefined : parseWalPosition(view.scan.end),
        },
        root,
        s3: this.s3,
        columns: { key: 'id', version: 'version', compared: FLIGHT_COLUMNS, eventTime: 'date' },
      });
      this.say('\nObjects in the bucket:');
      objectTree(await bucketObjects(session, `${root}/flights`)).forEach((line) => this.say(line));
      const equal = await this.showAnswers(client, session, `${root}/flights`);
      const enough = report.optional >= REPLACED_MIN || this.options.rows < 1_000_000;
      this.say('\nThe history checker:');
      describeReport(report).forEach((line) => this.say(`  ${line}`));
      this.say(
        `  ${report.optional.toLocaleString('en')} versions were replaced while the scan ran` +
          `${enough ? '' : `: fewer than ${REPLACED_MIN}, this run proves too little`}; ` +
          `${report.optionalDelivered.toLocaleString('en')} of them it had read before, they are optional and not counted below`,
      );
      const { delivered, required, objects, offences } = report;
      this.lastLine = `delivered ${delivered} of ${required} row versions in ${objects} objects, ${offences.lost} lost, ${offences.doubled} duplicated`;
      return holds(report) && equal && enough;
    } finally {
      session.close();
    }
  }

  /** What the run comes to, in the one line that is printed last. */
  lastLine: string | null = null;

  private async showAnswers(
    client: TaskClient,
    session: DuckSession,
    folder: string,
  ): Promise<boolean> {
    for (const engine of ['hive', 'duckdb'] as const) {
      this.say(`\nThe external table, for ${engine === 'hive' ? 'Hive' : 'DuckDB'}:`);
      (await client.statement(TASK, engine)).split('\n').forEach((line) => this.say(`  ${line}`));
    }
    this.say('\nThe same question to the bucket, through its S3 endpoint, and to the journal:');
    bucketQuestion(folder)
      .split('\n')
      .forEach((line) => this.say(`  ${line}`));
    const { lines, equal } = answerTable(
      await askBucket(session, folder),
      await askJournal(session),
    );
    lines.forEach((line) => this.say(line));
    return equal;
  }
}
