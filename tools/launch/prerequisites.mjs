/** What has to be on the machine before anything can run; each gap is one sentence with its remedy. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { ROOT } from './process.mjs';

const NODE_MAJOR_MIN = 20;
const JAVA_MAJOR_MIN = 17;

function outputOf(command, args) {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return error === undefined && status === 0 ? `${stdout}${stderr}` : undefined;
}

/** @returns 17 of `openjdk version "17.0.15"`, 8 of `java version "1.8.0_402"` */
export function javaMajor(text) {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  if (first === undefined) return undefined;
  return Number(first === '1' ? second : first);
}

/** @returns what is wrong with this Node, or undefined */
export function nodeGap(version) {
  if (Number(version.split('.')[0]) >= NODE_MAJOR_MIN) return undefined;
  return `Node ${version} is too old: install Node ${NODE_MAJOR_MIN} or newer (https://nodejs.org).`;
}

/** @param text what `java -version` printed, or undefined where there is no Java */
export function javaGap(text) {
  const remedy = `install a Java ${JAVA_MAJOR_MIN} runtime or newer (Debian: apt-get install openjdk-17-jre-headless).`;
  if (text === undefined) return `Java is missing; Kafka and S3Proxy need it: ${remedy}`;
  const major = javaMajor(text);
  if (major !== undefined && major >= JAVA_MAJOR_MIN) return undefined;
  return `Java ${major ?? 'of an unknown version'} is too old for Kafka: ${remedy}`;
}

function checkoutGap() {
  try {
    accessSync(ROOT, constants.W_OK);
    return undefined;
  } catch {
    return `${ROOT} can't be written by this user: clone the repository into a folder of your own.`;
  }
}

/** Spark and ClickHouse come from the Python package index; a parser of Trino is compiled as it is run. */
function pythonGap() {
  if (outputOf('python3', ['-c', 'import venv, ensurepip']) !== undefined) return undefined;
  return 'Python 3 with venv is missing; Spark runs in it: install it (Debian: apt-get install python3-venv).';
}

function jdkGap() {
  const gap = javaGap(outputOf('java', ['-version']));
  if (gap !== undefined || outputOf('javac', ['-version']) !== undefined) return gap;
  return `The Java compiler is missing: install a JDK ${JAVA_MAJOR_MIN} or newer (Debian: apt-get install openjdk-17-jdk-headless).`;
}

const CHECKS = {
  node: () => nodeGap(process.versions.node),
  npm: () =>
    outputOf('npm', ['--version']) === undefined
      ? 'npm is missing: install it with Node (https://nodejs.org).'
      : undefined,
  checkout: checkoutGap,
  java: () => javaGap(outputOf('java', ['-version'])),
  jdk: jdkGap,
  python: pythonGap,
  maven: () =>
    outputOf('mvn', ['--version']) === undefined
      ? 'Maven is missing; it fetches the jars of Kafka and S3Proxy: install it (Debian: apt-get install maven).'
      : undefined,
};

/** @returns a sentence for each of these that is missing */
export function missingPrerequisites(names) {
  return names.map((name) => CHECKS[name]()).filter((gap) => gap !== undefined);
}
