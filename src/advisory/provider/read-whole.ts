import { type Bytes, toBytes } from '../../core/bytes.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import type { FeedDocument, FeedOutcome, FeedProvider } from './contract.ts';

/**
 * Creates the reader of a feed whose documents fit into memory.
 *
 * @throws UserError `E_LIMIT` for a larger document
 */
export function readWhole(
  parse: (document: Bytes, limits: Limits, name: string) => Iterable<FeedOutcome>,
): FeedProvider['read'] {
  return async function* read(document, limits) {
    yield* parse(toBytes(await collect(document, limits)), limits, document.name);
  };
}

async function collect({ name, content }: FeedDocument, limits: Limits): Promise<Uint8Array> {
  const { wholeFileBytesMax } = limits;
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of content) {
    sizeBytes += chunk.length;
    if (sizeBytes > wholeFileBytesMax) {
      const message = `${name} has more than ${wholeFileBytesMax} bytes, which are read whole`;
      throw new UserError('E_LIMIT', message);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
