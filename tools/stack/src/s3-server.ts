import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { accepts } from './ports.js';
import { ServerProcess } from './server-process.js';

export interface S3Access {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly forcePathStyle: boolean;
  readonly bucket: string;
}

const REGION = 'us-east-1';
const BUCKET = 'lake';

const LOGBACK = `<configuration>
  <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d %-5level %logger %msg%n</pattern></encoder>
  </appender>
  <root level="warn"><appender-ref ref="OUT"/></root>
</configuration>
`;

/** A real S3-compatible store that keeps its objects as files, on loopback. */
export function prepareS3(options: {
  jars: string;
  dataDir: string;
  runDir: string;
  port: number;
}): { process: ServerProcess; access: S3Access } {
  const { jars, dataDir, runDir, port } = options;
  const base = join(dataDir, 'buckets');
  mkdirSync(base, { recursive: true });
  const access: S3Access = {
    endpoint: `http://127.0.0.1:${port}`,
    region: REGION,
    accessKeyId: 'lakeferry',
    secretAccessKey: secretOf(dataDir),
    forcePathStyle: true,
    bucket: BUCKET,
  };
  const properties = join(dataDir, 's3proxy.conf');
  const logback = join(dataDir, 'logback.xml');
  writeFileSync(logback, LOGBACK);
  writeFileSync(properties, s3Properties(access, base), { mode: 0o600 });
  const process = new ServerProcess({
    name: 's3',
    runDir,
    command: [
      ...['java', '-Xmx256m', '-XX:+UseSerialGC', `-Dlogback.configurationFile=${logback}`],
      ...['-cp', join(jars, '*'), 'org.gaul.s3proxy.Main', '--properties', properties],
    ],
    isReady: () => accepts(port),
  });
  return { process, access };
}

/** Creates the bucket where it does not exist. */
export async function ensureBucket(access: S3Access): Promise<void> {
  const client = s3Client(access);
  try {
    await client.send(new HeadBucketCommand({ Bucket: access.bucket }));
  } catch {
    await client.send(new CreateBucketCommand({ Bucket: access.bucket }));
  } finally {
    client.destroy();
  }
}

export function s3Client(access: S3Access): S3Client {
  return new S3Client({
    endpoint: access.endpoint,
    region: access.region,
    forcePathStyle: access.forcePathStyle,
    credentials: { accessKeyId: access.accessKeyId, secretAccessKey: access.secretAccessKey },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
}

function secretOf(dataDir: string): string {
  const file = join(dataDir, 'secret');
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8');
}

function s3Properties(access: S3Access, base: string): string {
  return [
    's3proxy.authorization=aws-v2-or-v4',
    `s3proxy.endpoint=${access.endpoint}`,
    `s3proxy.identity=${access.accessKeyId}`,
    `s3proxy.credential=${access.secretAccessKey}`,
    'jclouds.provider=filesystem',
    `jclouds.filesystem.basedir=${base}`,
    '',
  ].join('\n');
}
