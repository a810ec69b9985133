import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKOUT, SHARED_FOLDER } from './checkout.js';
import { commandOutput } from './command-output.js';
import { StackError } from './stack-error.js';

export interface ServerJars {
  /** Folders of jars; a class path is the folder followed by `/*`. */
  readonly kafka: string;
  readonly s3proxy: string;
}

type Log = (line: string) => void;

const JARS_FOLDER = join(SHARED_FOLDER, 'jars');
const POMS_FOLDER = join(CHECKOUT, 'tools', 'stack', 'poms');

/** Fetches the jars of both servers where they are missing or their list has changed. */
export async function installServers(log: Log = () => undefined): Promise<ServerJars> {
  await mkdir(JARS_FOLDER, { recursive: true });
  const kafka = await installJars('kafka', log);
  const s3proxy = await installJars('s3proxy', log);
  return { kafka, s3proxy };
}

/**
 * The folder carries a hash of its list of jars, and gets its name when it is complete: one that
 * exists needs no second look, and an interrupted fetch leaves nothing that could be taken for one.
 */
async function installJars(name: 'kafka' | 's3proxy', log: Log): Promise<string> {
  const pom = join(POMS_FOLDER, `${name}.xml`);
  const hash = createHash('sha256')
    .update(await readFile(pom))
    .digest('hex')
    .slice(0, 12);
  const folder = join(JARS_FOLDER, `${name}-${hash}`);
  if (existsSync(folder)) return folder;
  log(`Fetching the jars of ${name} with Maven …`);
  const partial = join(JARS_FOLDER, `.${name}-${randomUUID()}`);
  const args = ['-B', '-ntp', '-q', '-f', pom, 'dependency:copy-dependencies'];
  const { code, output } = await commandOutput('mvn', [...args, `-DoutputDirectory=${partial}`]);
  if (code !== 0) {
    await rm(partial, { recursive: true, force: true });
    throw new StackError(
      `Maven could not fetch the jars of ${name}: check that it reaches its repository, then try again.\n${output}`,
    );
  }
  await adopt(partial, folder);
  await removeOthers(name, folder);
  return folder;
}

/** Another process may have been faster: its folder is as good. */
async function adopt(partial: string, folder: string): Promise<void> {
  try {
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

async function removeOthers(name: string, folder: string): Promise<void> {
  for (const entry of await readdir(JARS_FOLDER)) {
    const path = join(JARS_FOLDER, entry);
    if (entry.startsWith(`${name}-`) && path !== folder) await rm(path, { recursive: true });
  }
}
