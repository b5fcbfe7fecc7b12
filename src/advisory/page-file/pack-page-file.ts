import type { Limits } from '../../core/limits.ts';
import {
  compressItems,
  createDeliveryError,
  expandItems,
  type ItemForm,
  type ReadItem,
} from './entry-stream.ts';
import type { PageEntry, PageFile } from './page-file.ts';
import { type PageFileSummary, PageFileWriter } from './page-file-writer.ts';

/** How much longer the entries usually are than their file. */
const EXPANSION = 6;

const HEADER: Buffer = Buffer.from('plimsoll entries 1\n');

const FORM: ItemForm<Buffer> = {
  headerBytes: HEADER.length,
  checkHeader(header) {
    if (!header.equals(HEADER)) {
      throw new RangeError('the stream is not a packed page file');
    }
  },
  readContent: (cursor) => cursor.readBytes(cursor.readNumber()),
};

/**
 * Returns the entries of a page file as one compressed stream. Equal texts of distant pages are
 * stored once, and the hashes are left out because they can be computed.
 */
export function packPageFile(file: PageFile): AsyncIterable<Uint8Array> {
  return compressItems<PageEntry>({
    header: HEADER,
    items: file.readEntries(),
    addContent: (target, { value }) => {
      target.addNumber(value.length);
      target.addBytes(value);
    },
    expectedBytes: EXPANSION * file.sizeBytes,
  });
}

/**
 * Writes the page file that {@link packPageFile} packed to the new file `target`. If anything fails,
 * the file is incomplete and must be removed by the caller.
 *
 * @param expectedRoot `sha256:…` of the root page
 * @throws UserError `E_DB_IMPORT` if the stream is damaged or has another root, `E_LIMIT` if it
 *   expands too far
 */
export async function unpackPageFile(
  stream: AsyncIterable<Uint8Array>,
  { target, expectedRoot, limits }: DeliveryTarget,
): Promise<PageFileSummary> {
  using writer = new PageFileWriter(target);
  const onItem = ({ key, content }: ReadItem<Buffer>): void => writer.addEntry(key, content);
  await expandItems(stream, FORM, { limits, onItem });
  return finishDelivery(writer, expectedRoot);
}

/** The file to write, and its expected root. */
export interface DeliveryTarget {
  /** Path of the new file, which must not exist. */
  readonly target: string;
  /** `sha256:…` of its root page. */
  readonly expectedRoot: string;
  readonly limits: Limits;
}

/** Completes a file. Throws `UserError` `E_DB_IMPORT` if it has another root. */
export function finishDelivery(writer: PageFileWriter, expectedRoot: string): PageFileSummary {
  const summary = writer.finishFile();
  if (summary.root !== expectedRoot) {
    throw createDeliveryError(`has the root ${summary.root} instead of ${expectedRoot}`);
  }
  return summary;
}
