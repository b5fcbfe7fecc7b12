import { type Bytes, toBytes } from '../../core/bytes.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import { splitJson } from '../../syntax/json/split-json.ts';
import { type XmlElement, XmlElementStream } from '../../syntax/xml/xml-tree.ts';
import type { FeedDocument, FeedOutcome, FeedProvider } from './contract.ts';
import { leaveOutDocument, parseJsonDocument } from './feed-value.ts';

/** `name` is that of the document. */
type Parse = (document: Bytes, limits: Limits, name: string) => Iterable<FeedOutcome>;

const MIB = 1024 * 1024;
/** A larger list is read in parts of this size. */
const PART_BYTES = 8 * MIB;

/** Creates the parser of documents in JSON. A malformed one is left out. */
export function createJsonParser(read: (value: unknown) => Iterable<FeedOutcome>): Parse {
  return function* parse(document) {
    const parsed = parseJsonDocument(document);
    if ('problem' in parsed) {
      yield parsed;
    } else {
      yield* read(parsed.value);
    }
  };
}

/**
 * Creates the reader of a feed whose documents fit into memory.
 *
 * @throws UserError `E_LIMIT` for a larger document
 */
export function readWhole(parse: Parse): FeedProvider['read'] {
  return async function* read(document, limits) {
    const { pieces, isComplete } = await collectPieces(document.content, limits.wholeFileBytesMax);
    if (!isComplete) {
      throw createLimitError(document, limits);
    }
    yield* parse(toBytes(Buffer.concat(pieces)), limits, document.name);
  };
}

/**
 * Creates the reader of a feed in JSON whose documents may be larger than the memory: a list, or an
 * object of independent members. `parse` gets documents of the same form with some of the elements.
 *
 * @param opener the first character of documents that can be split
 * @throws UserError `E_DB_IMPORT` for a large document that is malformed, `E_LIMIT` for one that
 *   cannot be split, or whose element is too large
 */
export function readParts(parse: Parse, opener: '[' | '{'): FeedProvider['read'] {
  return async function* read(document, limits) {
    const partBytesMax = limits.wholeFileBytesMax;
    const rest = document.content[Symbol.asyncIterator]();
    const head = await collectPieces(
      { [Symbol.asyncIterator]: () => rest },
      Math.min(PART_BYTES, partBytesMax),
    );
    if (head.isComplete) {
      yield* parse(toBytes(Buffer.concat(head.pieces)), limits, document.name);
      return;
    }
    if (!hasOpener(head.pieces, opener)) {
      const whole = { ...document, content: joinPieces(head.pieces, rest) };
      yield* readWhole(parse)(whole, limits);
      return;
    }
    try {
      const content = joinPieces(head.pieces, rest);
      const options = { partBytes: Math.min(PART_BYTES, partBytesMax), partBytesMax };
      for await (const part of splitJson(content, options)) {
        for (const outcome of parse(toBytes(part), limits, document.name)) {
          if ('leftOut' in outcome && outcome.leftOut === 'document') {
            throw new SyntaxError(outcome.problem?.message ?? outcome.cause);
          }
          yield outcome;
        }
      }
    } catch (cause) {
      throw toLargeError(document, limits, cause);
    }
  };
}

/**
 * Creates the reader of a feed in XML whose documents may be larger than the memory, but consist of
 * many elements of one name. `parse` gets each of them.
 *
 * @throws UserError `E_DB_IMPORT` for a document that is malformed behind one of the elements,
 *   `E_LIMIT` for one with a larger part without a complete element
 */
export function readXmlElements(
  name: string,
  parse: (element: XmlElement, documentName: string) => Iterable<FeedOutcome>,
): FeedProvider['read'] {
  return async function* read(document, limits) {
    const stream = new XmlElementStream((tag) => tag === name, limits);
    const decoder = new TextDecoder();
    let pendingBytes = 0;
    let isAny = false;
    for await (const piece of document.content) {
      pendingBytes += piece.length;
      if (pendingBytes > limits.wholeFileBytesMax) {
        throw createLimitError(document, limits);
      }
      for (const element of stream.write(decoder.decode(piece, { stream: true }))) {
        pendingBytes = 0;
        isAny = true;
        yield* parse(element, document.name);
      }
    }
    stream.endDocument();
    if (!stream.isBroken) {
      return;
    }
    if (isAny) {
      throw toLargeError(document, limits, new SyntaxError('invalid XML'));
    }
    yield leaveOutDocument('malformed XML', 'the document is not valid XML');
  };
}

/** Reads pieces until there are more than `bytesMax` bytes. */
async function collectPieces(
  content: AsyncIterable<Uint8Array>,
  bytesMax: number,
): Promise<{ readonly pieces: readonly Uint8Array[]; readonly isComplete: boolean }> {
  const iterator = content[Symbol.asyncIterator]();
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    pieces.push(next.value);
    sizeBytes += next.value.length;
    if (sizeBytes > bytesMax) {
      return { pieces, isComplete: false };
    }
  }
  return { pieces, isComplete: true };
}

async function* joinPieces(
  pieces: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* pieces;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    yield next.value;
  }
}

function hasOpener([first]: readonly Uint8Array[], opener: string): boolean {
  return Buffer.from(first ?? [])
    .toString('latin1')
    .trimStart()
    .startsWith(opener);
}

export function createLimitError({ name }: FeedDocument, { wholeFileBytesMax }: Limits): UserError {
  const message = `${name} has more than ${wholeFileBytesMax} bytes, which are read whole`;
  return new UserError('E_LIMIT', message);
}

function toLargeError(document: FeedDocument, limits: Limits, cause: unknown): unknown {
  if (cause instanceof RangeError) {
    return createLimitError(document, limits);
  }
  return cause instanceof SyntaxError
    ? new UserError('E_DB_IMPORT', `${document.name} is malformed: ${cause.message}`, {
        hint: 'fetch the document again; the database in use is unchanged',
        cause,
      })
    : cause;
}
