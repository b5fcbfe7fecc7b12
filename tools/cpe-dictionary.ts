/**
 * Writes `src/foundation/identity/cpe-dictionary.data.ts` from an index of NVD's CPE dictionary:
 *
 * npm run generate -- cpes FILE
 *
 * The file is JSON: `{"ecosystems": {"npm": {"NAME": ["cpe:2.3:…"]}}}`, as in the sources of Syft.
 * Only names are used; entries that are not valid CPEs of applications are left out.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { compareText } from '../src/foundation/core/compare-text.ts';
import { formatCpe, parseCpe } from '../src/foundation/identity/cpe-name/cpe.ts';
import { isRecord } from '../src/foundation/syntax/json/guard.ts';
import { ROOT } from './source-tree.ts';

const OUTPUT = 'src/foundation/identity/cpe-dictionary.data.ts';
const LINE_CHARS = 92;

/** Names from addresses are escaped. */
function unescapeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function parseEntries(names: unknown): string[] {
  const entries = Object.entries(isRecord(names) ? names : {}).flatMap(([name, cpes]) => {
    const texts: readonly unknown[] = Array.isArray(cpes) ? cpes : [];
    const known = texts.flatMap((text) => {
      const cpe = typeof text === 'string' ? parseCpe(text) : undefined;
      return cpe?.part === 'a' ? [formatCpe(cpe)] : [];
    });
    const isSound = known.length > 0 && !/[\t\n]/.test(name);
    return isSound ? [[unescapeName(name), ...known.sort(compareText)].join('\t')] : [];
  });
  return entries.sort(compareText);
}

/** Returns the source text of a list, compressed separately: few targets need more than one. */
function listText(list: string, names: unknown): string {
  const entries = parseEntries(names);
  const packed = brotliCompressSync(Buffer.from(entries.join('\n')), {
    params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 11 },
  }).toString('base64');
  process.stdout.write(`${list}: ${entries.length} packages, ${packed.length} bytes\n`);
  const lines = packed.match(new RegExp(`.{1,${LINE_CHARS}}`, 'g')) ?? [];
  return [`  ${list}: () => [`, ...lines.map((line) => `    '${line}',`), '  ],'].join('\n');
}

const file = process.argv[2];
if (file === undefined) {
  process.stderr.write('usage: npm run generate -- cpes FILE\n');
  process.exitCode = 3;
} else {
  const index: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const ecosystems = isRecord(index) && isRecord(index['ecosystems']) ? index['ecosystems'] : {};
  const lists = Object.keys(ecosystems).sort(compareText);
  writeFileSync(
    join(ROOT, OUTPUT),
    `/**
 * Which CPEs packages have in NVD's CPE dictionary, by the list that they are in, packed: a line
 * for each with its name and its CPEs, tabs between. Functions, so that a run that needs none of it
 * does not make it.
 *
 * Origin: the CPE dictionary of NVD (public domain), by way of the index that Syft keeps of it in
 * \`cpe-index.json\` (Apache-2.0, see NOTICE); made by \`tools/cpe-dictionary.ts\`.
 */
export const packedDictionary = (): Readonly<Record<string, () => readonly string[]>> => ({
${lists.map((list) => listText(list, ecosystems[list])).join('\n')}
});
`,
  );
}
