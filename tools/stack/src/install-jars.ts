import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CHECKOUT, LAKEFERRY_HOME } from './checkout.js';

const run = promisify(execFile);

export interface Jars {
  /** Folder with the jars of a Kafka broker and its console tools. */
  readonly kafka: string;
  /** Folder with the jars of S3Proxy. */
  readonly s3proxy: string;
}

/**
 * Brings the jars of the servers by Maven, once; again when a pom has changed. A run that was
 * interrupted leaves nothing that a later run would take for complete.
 */
export async function installJars(say: (line: string) => void): Promise<Jars> {
  const pom = (name: string) => join(CHECKOUT, 'tools', 'stack', 'poms', `${name}.xml`);
  return {
    kafka: await installPom({ name: 'kafka', title: 'Apache Kafka', pom: pom('kafka'), say }),
    s3proxy: await installPom({ name: 's3proxy', title: 'S3Proxy', pom: pom('s3proxy'), say }),
  };
}

export interface PomOptions {
  /** Names the folder of the jars. */
  readonly name: string;
  readonly title: string;
  /** Path of the pom whose dependencies are wanted. */
  readonly pom: string;
  readonly say: (line: string) => void;
}

/** @returns the folder with the jars of a pom */
export async function installPom({ name, title, pom, say }: PomOptions): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(pom)).digest('hex');
  const folder = join(LAKEFERRY_HOME, 'jars', name);
  const stamp = join(folder, 'pom.sha256');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return folder;

  say(`installing ${title} (Maven)`);
  const partial = `${folder}.partial-${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const args = ['-B', '-ntp', '-q', '-f', pom, 'dependency:copy-dependencies'];
  try {
    await run('mvn', [...args, `-DoutputDirectory=${partial}`], { maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    const output = (error as { stdout?: string }).stdout?.trim().split('\n').slice(-10).join('\n');
    throw new Error(
      `Maven could not bring ${title}; run it again when the network is back.\n${output}`,
      {
        cause: error,
      },
    );
  }
  writeFileSync(join(partial, 'pom.sha256'), digest);
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  return folder;
}
