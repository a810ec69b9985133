import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { S3Endpoint } from './s3-endpoint.js';
import { randomBody, staticCredentials } from './testing/index.js';

const CREATED =
  '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>';
const COMPLETED = '<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>';

interface Answer {
  readonly status: number;
  readonly text?: string;
}

let server: Server;
let endpoint: S3Endpoint;
let ofAbort: Answer;
let ofConditional: Answer;

beforeEach(async () => {
  server = createServer((request, answer) => {
    request.resume().on('end', () => {
      const { status, text } = answerTo(request);
      answer.writeHead(status, { etag: 'e', 'content-type': 'application/xml' }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = new S3Endpoint({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ region: 'eu-west-1', forcePathStyle: true, checksums: 'when-required' },
    credentials: staticCredentials('key', 'secret'),
    limits: { singleBytesMax: 100 },
  });
});

afterEach(async () => {
  endpoint.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function answerTo({ method, url = '', headers }: IncomingMessage): Answer {
  if (method === 'HEAD') return { status: 404 };
  if (method === 'DELETE') return ofAbort;
  if (method === 'PUT') return { status: 200 };
  if (!url.includes('uploadId=')) return { status: 200, text: CREATED };
  return headers['if-none-match'] === undefined ? { status: 200, text: COMPLETED } : ofConditional;
}

const said = (status: number, code: string): Answer => ({
  status,
  text: `<Error><Code>${code}</Code><Message>no</Message></Error>`,
});
const UNKNOWN = said(501, 'NotImplemented');
const THERE = said(412, 'PreconditionFailed');

it.each([
  ['may not abort, and knows no conditions', UNKNOWN, said(403, 'AccessDenied'), 'created'],
  ['can not abort, and knows no conditions', UNKNOWN, said(501, 'NotImplemented'), 'created'],
  ['may not abort, and has the object', THERE, said(403, 'AccessDenied'), 'exists'],
  ['has aborted by itself, and has the object', THERE, said(404, 'NoSuchUpload'), 'exists'],
])('a store that %s', async (_name, conditional, abort, answer) => {
  ofConditional = conditional;
  ofAbort = abort;
  const put = endpoint.bucket('lake').putIfAbsent({ key: 'k', ...randomBody(1_000) });
  expect(await put).toBe(answer);
});

it('an upload that may be aborted by a call again is no answer', async () => {
  ofConditional = THERE;
  ofAbort = said(503, 'SlowDown');
  const put = endpoint.bucket('lake').putIfAbsent({ key: 'k', ...randomBody(1_000) });
  await expect(put).rejects.toMatchObject({ code: 'OBJECT_STORE_UNAVAILABLE' });
});
