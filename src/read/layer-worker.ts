/**
 * The thread beside the main one: decompresses and hashes a layer that comes in pieces, and hands
 * its content back in pieces. What it is told and answers is in `layer-thread.ts`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { present } from '../core/assert.ts';
import { UserError } from '../core/error.ts';
import { type FromThread, handOver, type ThreadTask, type ToThread } from './layer-thread.ts';
import { readVerified } from './verified-content.ts';

const port = present(parentPort, 'a thread that was started by another one');
const { description, limits } = workerData as ThreadTask;

/** Pieces that may wait for the main thread. */
const AHEAD_MAX = 8;

const arrived: Uint8Array[] = [];
let isOver = false;
let ahead = 0;
let wakeReader: (() => void) | undefined;
let wakeWriter: (() => void) | undefined;

port.on('message', (message: ToThread) => {
  if (message.kind === 'taken') {
    ahead--;
    wakeWriter?.();
    return;
  }
  if (message.kind === 'end') {
    isOver = true;
  } else {
    arrived.push(message.bytes);
  }
  wakeReader?.();
});

async function* chunks(): AsyncGenerator<Uint8Array> {
  while (arrived.length > 0 || !isOver) {
    const chunk = arrived.shift();
    if (chunk === undefined) {
      await new Promise<void>((resolve) => {
        wakeReader = resolve;
      });
    } else {
      tell({ kind: 'read', bytes: chunk.length });
      yield chunk;
    }
  }
}

/** The pieces of one buffer that is not full yet. A buffer changes hands when it is. */
let open: Uint8Array | undefined;

function give(chunk: Uint8Array): void | Promise<void> {
  const isNext = open !== undefined && open.buffer === chunk.buffer;
  if (open !== undefined && !isNext) {
    send(open);
  }
  const start = isNext && open !== undefined ? open.byteOffset : chunk.byteOffset;
  const end = chunk.byteOffset + chunk.length;
  open = new Uint8Array(chunk.buffer, start, end - start);
  if (end === chunk.buffer.byteLength) {
    send(open);
    open = undefined;
  }
  return ahead < AHEAD_MAX ? undefined : untilTaken();
}

async function untilTaken(): Promise<void> {
  while (ahead >= AHEAD_MAX) {
    await new Promise<void>((resolve) => {
      wakeWriter = resolve;
    });
  }
}

function send(content: Uint8Array): void {
  ahead++;
  const { bytes, transfer } = handOver(content);
  port.postMessage({ kind: 'content', bytes } satisfies FromThread, transfer);
}

function tell(message: FromThread): void {
  port.postMessage(message);
}

try {
  const storedBytes = await readVerified({ description, chunks: chunks() }, limits, give);
  if (open !== undefined) {
    send(open);
  }
  tell({ kind: 'done', storedBytes });
} catch (error) {
  if (!(error instanceof UserError)) {
    throw error;
  }
  const { code, message, hint } = error;
  tell({ kind: 'failed', code, message, hint });
} finally {
  port.close();
}
