import { readFileSync } from 'node:fs';
import { Secret } from '@lakeferry/runtime';
import type { S3Settings } from '../s3-endpoint.js';

/** The S3 store of the stack that the tests run on, with a bucket that exists. */
export function testS3(): S3Settings & { readonly endpoint: string; readonly bucket: string } {
  const file = process.env['LAKEFERRY_TEST_STACK_FILE'];
  if (file === undefined) {
    throw new Error('LAKEFERRY_TEST_STACK_FILE is not set: run the tests by npm test');
  }
  const { s3 } = JSON.parse(readFileSync(file, 'utf8')) as {
    s3: {
      endpoint: string;
      region: string;
      accessKeyId: string;
      secretAccessKey: string;
      forcePathStyle: boolean;
      bucket: string;
    };
  };
  return {
    ...s3,
    accessKeyId: new Secret(s3.accessKeyId),
    secretAccessKey: new Secret(s3.secretAccessKey),
    checksums: 'when-required',
  };
}
