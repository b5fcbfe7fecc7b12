import { type Bytes, toBuffer } from '../../foundation/core/bytes.ts';
import type {
  Extraction,
  Extractor,
  FileView,
  LayerFacts,
  WantedFile,
} from '../../foundation/core/cataloger.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import type {
  ContentResults,
  ContentSearch,
  SearchedFile,
} from '../../foundation/core/content-search.ts';
import { compilePattern } from './expression/pattern.ts';

/** Matching lines of one file. */
interface ContentFact {
  readonly search: string;
  readonly lines: readonly number[];
  readonly count: number;
}

const LINES_KEPT = 20;
const LINE_BYTES_MAX = 64 * 1024;
const WINDOW_BYTES = 256 * 1024;
/** Cost of a byte in addition to reading the file: a pattern is slower than a copy. */
const BYTE_STEPS = 4;

/**
 * Creates the extractor that searches files for the patterns of policies, line by line. The digest
 * of a search is a part of the cache key, because it names the request.
 */
export function createContentExtractor(
  searches: readonly ContentSearch[],
): Extractor<readonly ContentFact[]> {
  const byRole = new Map(searches.map((search) => [search.digest, search]));
  return {
    id: 'policy-content',
    version: 1,
    wants: searches.map(({ digest, paths }) => {
      return { role: digest, paths, maxBytes: 'contentSearchBytesMax' };
    }),
    extract: (file) => searchFile(file, byRole.get(file.role)),
  };
}

function searchFile(
  { content, budget, role }: WantedFile,
  search: ContentSearch | undefined,
): Extraction<readonly ContentFact[]> {
  if (search === undefined || !budget.takeSteps(content.sizeBytes * BYTE_STEPS)) {
    return {};
  }
  const pattern = compilePattern(search.pattern);
  const lines: number[] = [];
  let count = 0;
  let isCut = false;
  for (const { number, text, isLong } of listLines(content)) {
    isCut ||= isLong;
    if (pattern.matcher(text).find()) {
      count += 1;
      if (lines.length < LINES_KEPT) {
        lines.push(number);
      }
    }
  }
  const message = `a line has more than ${LINE_BYTES_MAX} bytes, of which only the first were searched`;
  return {
    fact: [{ search: role, lines, count }],
    ...(isCut ? { problems: [{ code: 'P_LIMIT', message }] } : {}),
  };
}

interface Line {
  readonly number: number;
  readonly text: string;
  readonly isLong: boolean;
}

/** Yields the lines of a content in UTF-8, or in UTF-16 if it begins with its mark. */
function* listLines(content: Bytes): Iterable<Line> {
  const encoding = chooseEncoding(content.read(0, 2));
  if (encoding !== 'utf-8') {
    const text = new TextDecoder(encoding).decode(content.read(0, content.sizeBytes));
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      yield {
        number: index + 1,
        text: line.slice(0, LINE_BYTES_MAX),
        isLong: line.length > LINE_BYTES_MAX,
      };
    }
    return;
  }
  let number = 0;
  let rest = Buffer.alloc(0);
  let isSkipping = false;
  for (let offset = 0; offset < content.sizeBytes; offset += WINDOW_BYTES) {
    const window = toBuffer(content.read(offset, WINDOW_BYTES));
    let start = 0;
    for (let end = window.indexOf(10); end !== -1; end = window.indexOf(10, start)) {
      const line = Buffer.concat([rest, window.subarray(start, end)]);
      number += 1;
      if (!isSkipping) {
        yield toLine(number, line);
      }
      isSkipping = false;
      rest = Buffer.alloc(0);
      start = end + 1;
    }
    rest = isSkipping ? rest : Buffer.concat([rest, window.subarray(start)]);
    if (rest.length > LINE_BYTES_MAX) {
      yield toLine(number + 1, rest);
      isSkipping = true;
      rest = Buffer.alloc(0);
    }
  }
  if (rest.length > 0) {
    yield toLine(number + 1, rest);
  }
}

function toLine(number: number, bytes: Buffer): Line {
  const isLong = bytes.length > LINE_BYTES_MAX;
  const text = bytes.subarray(0, LINE_BYTES_MAX).toString('utf8').replace(/\r$/, '');
  return { number, text, isLong };
}

function chooseEncoding(head: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) {
    return 'utf-16le';
  }
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** Collects the results of all layers: a file that a later layer deletes can still be pulled. */
export function collectContent(
  view: FileView,
  layers: readonly LayerFacts[],
  searches: readonly ContentSearch[],
): ContentResults {
  const files = layers.flatMap(({ facts }, layer) =>
    facts
      .filter(({ extractor }) => extractor === 'policy-content')
      .flatMap(({ row, fact }) => {
        const table = view.layers[layer];
        const path = table?.files.getPath(row) ?? '';
        const diffId = table?.diffId;
        const isHidden = view.getRealPath({ layer, row }) === undefined;
        return (fact as readonly ContentFact[]).map(
          (one): SearchedFile => ({
            ...one,
            path,
            ...(diffId === undefined ? {} : { layer: diffId }),
            isHidden,
          }),
        );
      }),
  );
  return {
    searches: searches.map(({ digest }) => digest).toSorted(compareText),
    files: files.toSorted(
      (left, right) => compareText(left.path, right.path) || compareText(left.search, right.search),
    ),
  };
}
