/**
 * Writes `src/foundation/identity/license/license-signature.data.ts` from a checkout of SPDX's own source of
 * its license list (the repository `spdx/license-list-XML`, CC0-1.0):
 *
 * npm run generate -- licenses FOLDER
 *
 * Only hashes of words are kept, not the texts. Deprecated licenses and the national ports of
 * Creative Commons licenses are left out.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { compareText } from '../src/foundation/core/compare-text.ts';
import {
  GAP,
  getSlot,
  isRequired,
  isSampled,
  KEPT_OF_SHORT,
  LAST_BIT,
  OPTIONAL_BIT,
  RUN_WORDS,
  SLOT_BITS,
} from '../src/foundation/identity/license/license-signature.ts';
import { splitLicenseWords } from '../src/foundation/identity/license/license-words.ts';
import { ROOT } from './source-tree.ts';

const OUTPUT = 'src/foundation/identity/license/license-signature.data.ts';
/** National ports; the other texts apply worldwide. */
const PORTS = /^CC-BY.*-[0-9.]+-[A-Z]{2,3}$/;
/** Fewer words are found in any text. */
const WORDS_MIN = 12;
const LINE_CHARS = 94;

interface Signature {
  readonly id: string;
  readonly kind: 'text' | 'notice' | 'exception';
  readonly words: readonly number[];
}

const IGNORED = new Set(['crossRefs', 'notes', 'obsoletedBys', 'copyrightText', 'bullet']);

/** Collects the words of one part of a document, in order. */
class PartWords {
  readonly words: number[] = [];
  #text = '';

  appendText(text: string): void {
    this.#text += text;
  }

  flush(isOptional: boolean): void {
    for (const hash of splitLicenseWords(this.#text.replaceAll('\n', ' ')).hashes) {
      this.words.push(isOptional ? hash | OPTIONAL_BIT : hash);
    }
    this.#text = '';
  }

  addGap(): void {
    if (this.words.at(-1) !== GAP) this.words.push(GAP);
  }
}

function parseSignatures(xml: string): Signature[] {
  const state = { id: '', kind: 'text' as Signature['kind'], isDeprecated: false };
  const text = new PartWords();
  const notice = new PartWords();
  const depth = { ignored: 0, optional: 0, gap: 0, text: 0, notice: 0, noticeBase: 0 };
  const listParts = (): PartWords[] => (depth.notice > 0 ? [text, notice] : [text]);
  const flush = (): void => {
    text.flush(depth.optional > 0);
    // Elements mark the parts that a notice may leave out: the whole is not a part of the text.
    notice.flush(depth.optional > depth.noticeBase);
  };
  const count = (name: string, by: number): void => {
    if (IGNORED.has(name)) depth.ignored += by;
    if (name === 'optional' || name === 'titleText') depth.optional += by;
    if (name === 'standardLicenseHeader') {
      depth.notice += by;
      depth.optional += by;
      depth.noticeBase = depth.optional;
    }
    if (name === 'text') depth.text += by;
    if (name === 'alt') depth.gap += by;
  };
  const parser = new SaxesParser({});
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) => {
    if (name === 'license' || name === 'exception') {
      state.id = attributes['licenseId'] ?? '';
      state.kind = name === 'license' ? 'text' : 'exception';
      state.isDeprecated = attributes['deprecatedVersion'] !== undefined;
    }
    flush();
    if (name === 'alt') for (const part of listParts()) part.addGap();
    count(name, 1);
  });
  parser.on('closetag', ({ name }) => {
    flush();
    count(name, -1);
  });
  parser.on('text', (value) => {
    if (depth.text === 0 || depth.ignored > 0 || depth.gap > 0) return;
    for (const part of listParts()) part.appendText(value);
  });
  parser.write(xml).close();
  if (state.isDeprecated || PORTS.test(state.id)) return [];
  const found: Signature[] = [
    { id: state.id, kind: state.kind, words: text.words },
    { id: state.id, kind: 'notice', words: notice.words },
  ];
  return found.filter(({ words }) => words.filter(isRequired).length >= WORDS_MIN);
}

/** The text of a license "or later" is that of the license itself: only its notice differs. */
function isSecondName({ id, kind }: Signature): boolean {
  return kind === 'text' && /-or-later$|-invariants-/.test(id);
}

function readDocuments(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.xml'))
    .sort(compareText)
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

/** Signatures with fewer words are short. */
const SHORT_WORDS = 400;
/** Of long signatures, one run in this many is kept: enough of them remain. A power of 2. */
const KEPT_OF = 16;

interface Runs {
  /** Number of kept runs per signature, and number of runs per slot. */
  readonly runCounts: number[];
  readonly slotCounts: number[];
  /** The number of each run's signature, marked in the last of equal runs, and its position. */
  readonly owners: number[];
  readonly positions: number[];
}

/** All kept runs; of equal runs, the last one comes first. */
function collectRuns(signatures: readonly Signature[]): Runs {
  const runCounts = signatures.map(() => 0);
  const slots = Array.from(
    { length: 1 << SLOT_BITS },
    () => new Map<string, [owner: number, position: number][]>(),
  );
  for (const [owner, signature] of signatures.entries()) {
    const words = Uint16Array.from(signature.words);
    const keptOf = words.length < SHORT_WORDS ? KEPT_OF_SHORT : KEPT_OF;
    for (let at = 0; at + RUN_WORDS <= words.length; at++) {
      const run = words.subarray(at, at + RUN_WORDS);
      if (run.every(isRequired) && isSampled(words, at, keptOf)) {
        const slot = slots[getSlot(words, at)];
        const same = slot?.get(run.join()) ?? [];
        slot?.set(run.join(), same);
        same.unshift([owner, at]);
        runCounts[owner] = (runCounts[owner] ?? 0) + 1;
      }
    }
  }
  const runs = slots.flatMap((slot) => [...slot.values()]);
  return {
    runCounts,
    slotCounts: slots.map((slot) => [...slot.values()].flat().length),
    owners: runs.flatMap((same) =>
      same.map(([owner], at) => (at === same.length - 1 ? owner | LAST_BIT : owner)),
    ),
    positions: runs.flatMap((same) => same.map(([, position]) => position)),
  };
}

/** Unpacked in half the time of brotli's smaller form. */
function packNumbers(numbers: readonly number[]): string[] {
  const { ZSTD_c_compressionLevel: level, ZSTD_c_windowLog: window } = constants;
  const { buffer, byteLength } = Uint16Array.from(numbers);
  const text = zstdCompressSync(Buffer.from(buffer, 0, byteLength), {
    params: { [level]: 22, [window]: 24 },
  });
  return text.toString('base64').match(new RegExp(`.{1,${LINE_CHARS}}`, 'g')) ?? [];
}

/** One text of many lines: loading many texts would take longer than unpacking one. */
function formatConstant(name: string, lines: readonly string[]): string[] {
  return ['', `export const ${name} = (): string => \``, ...lines, '`;'];
}

/** Returns the module that the classifier reads. */
export function createSignatureModule(all: readonly Signature[]): string {
  const head = [
    '/**',
    ' * What the texts of licences look like to the classifier: their names and kinds, and for all of',
    ' * them, packed, as many numbers as `loadIndex` in `license-signature.ts` takes apart. Functions,',
    ' * so that a run of the program that needs none of it does not make it.',
    ' *',
    ' * Origin: SPDX license list (CC0-1.0), made by `tools/license-signatures.ts`.',
    ' */',
  ];
  const signatures = all.toSorted((left, right) => compareText(left.id, right.id));
  const { runCounts, slotCounts, owners, positions } = collectRuns(signatures);
  const numbers = [
    ...signatures.map(({ words }) => words.filter(isRequired).length),
    ...runCounts,
    ...signatures.map(({ words }) => words.length),
    ...signatures.flatMap(({ words }) => words),
    ...slotCounts,
    ...owners,
    ...positions,
  ];
  const names = signatures.map(({ id, kind }) => (kind === 'text' ? id : `${id} ${kind}`));
  return `${[
    ...head,
    ...formatConstant('readSignatureNames', names).slice(1),
    ...formatConstant('readPackedIndex', packNumbers(numbers)),
  ].join('\n')}\n`;
}

if (import.meta.main) {
  const folder = process.argv[2];
  if (folder === undefined) {
    process.stderr.write('usage: npm run generate -- licenses FOLDER\n');
    process.exitCode = 3;
  } else {
    const source = join(folder, 'src');
    const signatures = [...readDocuments(source), ...readDocuments(join(source, 'exceptions'))]
      .flatMap(parseSignatures)
      .filter((signature) => !isSecondName(signature));
    const module = createSignatureModule(signatures);
    process.stdout.write(`${signatures.length} signatures, ${module.length} bytes\n`);
    writeFileSync(join(ROOT, OUTPUT), module);
  }
}
