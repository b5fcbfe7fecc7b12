import { isMarkedAsUntransferable, type Transferable, Worker } from 'node:worker_threads';
import { type ErrorCode, UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';
import type { LayerDescription } from '../core/target.ts';
import type { StoredLayer } from './verified-content.ts';

/** What the thread is started with. */
export interface ThreadTask {
  readonly description: Pick<LayerDescription, 'diffId' | 'blobDigest'>;
  readonly limits: Limits;
}

/** Bytes of the blob in order, then its end; `taken` says that a piece of content was. */
export type ToThread =
  | { readonly kind: 'stored'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'taken' };

/** `read` says that so many bytes of the blob no longer wait. The last message is one of the last two. */
export type FromThread =
  | { readonly kind: 'content'; readonly bytes: Uint8Array }
  | { readonly kind: 'read'; readonly bytes: number }
  | { readonly kind: 'done'; readonly storedBytes: number }
  | {
      readonly kind: 'failed';
      readonly code: ErrorCode;
      readonly message: string;
      readonly hint: string | undefined;
    };

/** Bytes of the blob that may wait for the thread. */
const WAITING_BYTES_MAX = 8 * 1024 * 1024;
/** Below this copying costs less than what it takes to let go of a buffer. */
const HANDED_OVER_BYTES_MIN = 64 * 1024;

/**
 * Does what `readVerified` does on a thread of its own, so that decompression and the digests of
 * the layer take no time of the caller, who looks through the content meanwhile.
 */
export async function readVerifiedAside(
  { description, chunks }: StoredLayer,
  limits: Limits,
  onOutput: (chunk: Uint8Array) => void,
): Promise<number> {
  const { diffId, blobDigest } = description;
  const named = blobDigest === undefined ? { diffId } : { diffId, blobDigest };
  const workerData: ThreadTask = { description: named, limits };
  const worker = new Worker(workerUrl(), { workerData });
  const { promise: answer, resolve, reject } = Promise.withResolvers<number>();
  let waitingBytes = 0;
  let isEnded = false;
  let wake: (() => void) | undefined;
  worker.on('error', reject);
  worker.on('exit', () => reject(new Error('The thread that reads a layer ended early.')));
  worker.on('message', (message: FromThread) => {
    switch (message.kind) {
      case 'content':
        try {
          onOutput(message.bytes);
          worker.postMessage({ kind: 'taken' } satisfies ToThread);
        } catch (error) {
          reject(error);
        }
        return;
      case 'read':
        waitingBytes -= message.bytes;
        wake?.();
        return;
      case 'done':
        resolve(message.storedBytes);
        return;
      case 'failed': {
        const { code, message: text, hint } = message;
        reject(new UserError(code, text, hint === undefined ? {} : { hint }));
      }
    }
  });
  const feed = async (): Promise<number> => {
    for await (const chunk of chunks) {
      waitingBytes += chunk.length;
      const { bytes, transfer } = handOver(chunk);
      worker.postMessage({ kind: 'stored', bytes } satisfies ToThread, transfer);
      while (waitingBytes > WAITING_BYTES_MAX && !isEnded) {
        await new Promise<void>((resolveWait) => {
          wake = resolveWait;
        });
      }
      if (isEnded) {
        return answer;
      }
    }
    worker.postMessage({ kind: 'end' } satisfies ToThread);
    return answer;
  };
  try {
    return await Promise.race([answer, feed()]);
  } finally {
    isEnded = true;
    wake?.();
    await worker.terminate();
  }
}

/** A piece as it can be sent: with its buffer where that holds nothing else, else as a copy. */
export function handOver(piece: Uint8Array): {
  readonly bytes: Uint8Array;
  readonly transfer: Transferable[];
} {
  const { buffer, byteOffset, length } = piece;
  const isWhole =
    buffer instanceof ArrayBuffer &&
    byteOffset === 0 &&
    length >= HANDED_OVER_BYTES_MIN &&
    length === buffer.byteLength &&
    !isMarkedAsUntransferable(buffer);
  const bytes = isWhole ? new Uint8Array(buffer) : new Uint8Array(piece);
  return { bytes, transfer: [bytes.buffer] };
}

/** `tools/build.ts` writes the thread beside the part of the program that this is in. */
function workerUrl(): URL {
  const isBuilt = !import.meta.filename.endsWith('.ts');
  return new URL(isBuilt ? './layer-worker.js' : './layer-worker.ts', import.meta.url);
}
