import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LAKEFERRY_HOME } from './checkout.js';
import { installHttpfs } from './install-httpfs.js';
import { startServices, type Services } from './services.js';
import { parseStartArguments, START_HELP } from './start-options.js';
import { startStack, type Stack } from './stack.js';
import type { ServerProcess } from './server-process.js';
import { writeStackFile, type StackFile } from './stack-file.js';
import { Supervisor } from './supervisor.js';
import { whereThingsAre } from './where-things-are.js';

const STACK_FILE = join(LAKEFERRY_HOME, 'stack.json');
const EXIT_HURRIED = 130;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Everything of one `npm start`, from the first line to the last. */
class Session {
  private stack: Stack | undefined;
  private services: Services | undefined;
  private readonly supervisor = new Supervisor(say, () => this.publish());
  private stopping: Promise<void> | undefined;
  private isPublished = false;

  constructor(private readonly dataDir: string) {}

  async start(): Promise<void> {
    const httpfs = await installHttpfs(say);
    this.stack = await startStack({ dataDir: this.dataDir, say });
    say('starting the services');
    this.services = await startServices({ stack: this.stack });
    const file = this.publish();
    for (const server of this.processes()) this.supervisor.watch(server);
    if (file === undefined) return;
    const { dataDir } = this;
    say(whereThingsAre({ file, dataDir, stackFile: STACK_FILE, httpfs }));
    say('Ctrl-C stops everything; the next start goes on from here.');
  }

  /** Services first, what they need after them. */
  stop(): Promise<void> {
    this.stopping ??= this.stopInOrder();
    return this.stopping;
  }

  /** For one who does not want to wait: crashes are survived as well. */
  async hurry(): Promise<void> {
    await Promise.all(this.processes().map((server) => server.kill()));
  }

  get isStopping(): boolean {
    return this.stopping !== undefined;
  }

  private async stopInOrder(): Promise<void> {
    this.supervisor.stop();
    if (this.services !== undefined) {
      say('stopping the services');
      await this.services.stop();
    }
    if (this.stack !== undefined) {
      say('stopping PostgreSQL, Kafka and the S3 store');
      await this.stack.stop();
    }
    if (this.isPublished) rmSync(STACK_FILE, { force: true });
  }

  private publish(): StackFile | undefined {
    if (this.stack === undefined || this.services === undefined) return undefined;
    mkdirSync(LAKEFERRY_HOME, { recursive: true });
    this.isPublished = true;
    return writeStackFile(STACK_FILE, this.stack, this.services);
  }

  private processes(): readonly ServerProcess[] {
    const { stack, services } = this;
    if (stack === undefined) return [];
    const { postgres, kafka, s3 } = stack.servers;
    return [...(services === undefined ? [] : services.running.values()), postgres, kafka, s3];
  }
}

/** The first signal stops in order, the second at once. */
function stopOnSignals(session: Session): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (session.isStopping) {
        say('stopping at once');
        void session.hurry().finally(() => process.exit(EXIT_HURRIED));
        return;
      }
      say('\nstopping; Ctrl-C again stops at once');
      session.stop().then(
        () => {
          say('everything is stopped; the data stay');
          process.exit(0);
        },
        (error: unknown) => fail(error),
      );
    });
  }
}

function fail(error: unknown): never {
  process.stderr.write(`lakeferry: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  const defaults = {
    dataDir: join(LAKEFERRY_HOME, 'data'),
    cwd: process.env['INIT_CWD'] ?? process.cwd(),
  };
  const options = parseStartArguments(process.argv.slice(2), defaults);
  if (options.help) {
    process.stdout.write(START_HELP);
    return;
  }
  const session = new Session(options.dataDir);
  stopOnSignals(session);
  try {
    await session.start();
  } catch (error) {
    if (session.isStopping) return;
    await session.stop();
    fail(error);
  }
  // Servers are no reason for Node to stay: they are guarded, not waited for.
  setInterval(() => undefined, 60_000);
}

await main().catch(fail);
