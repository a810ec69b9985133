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
  return {
    kafka: await install('kafka', 'Apache Kafka', say),
    s3proxy: await install('s3proxy', 'S3Proxy', say),
  };
}

async function install(name: string, title: string, say: (line: string) => void): Promise<string> {
  const pom = join(CHECKOUT, 'tools', 'stack', 'poms', `${name}.xml`);
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
