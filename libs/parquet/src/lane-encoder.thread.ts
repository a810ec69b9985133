import { parentPort } from 'node:worker_threads';
import { isDeliveryError } from '@lakeferry/errors';
import { must, SerialQueue } from '@lakeferry/runtime';
import { LaneEncoder } from './lane-encoder.js';
import type {
  LaneAnswer,
  ThreadFailure,
  ThreadRequest,
  ThreadResponse,
} from './lane-encoder-protocol.js';

const port = must(parentPort, 'the encoder runs in a worker thread');
const encoder = new LaneEncoder();
const queue = new SerialQueue();

port.on('message', (message: ThreadRequest) => {
  void queue.run(() => respond(message));
});

async function respond({ id, request }: ThreadRequest): Promise<void> {
  const back = request.kind === 'append' ? { buffer: request.buffer } : {};
  const result = await encoder.handle(request).then(
    (answer) => ({ answer }),
    (error: unknown) => ({ failure: failureOf(error) }),
  );
  const response = { id, ...back, ...result } as ThreadResponse;
  port.postMessage(response, transfers(response));
}

function transfers({ answer, buffer }: ThreadResponse): ArrayBuffer[] {
  const buffers = chunkBuffers(answer);
  return buffer === undefined ? buffers : [buffer, ...buffers];
}

function chunkBuffers(answer: LaneAnswer): ArrayBuffer[] {
  return answer !== undefined && 'chunks' in answer
    ? [...new Set(answer.chunks.map((chunk) => chunk.buffer))]
    : [];
}

/** Anything but a DeliveryError is a bug of ours. */
function failureOf(error: unknown): ThreadFailure {
  if (isDeliveryError(error)) {
    const { code, message, context } = error;
    return { code, message, context };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : 'not an error';
  return { code: 'INVARIANT_BROKEN', message: `the encoder failed: ${text}`, context: {} };
}
