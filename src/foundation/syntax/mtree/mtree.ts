import { splitLines } from '../text/lines.ts';

/** One path of a specification, with the keywords in its own line. */
export interface MtreeEntry {
  /** Relative to the root of the specification, without `./`, unescaped. */
  readonly path: string;
  readonly keywords: ReadonlyMap<string, string>;
}

/** Lines that set or unset keywords for those that follow, and those that leave a directory. */
const COMMANDS: ReadonlySet<string> = new Set(['/set', '/unset', '..']);
/** Writers escape a space as `\040`, as in vis(3). */
const ESCAPE = /\\([0-3][0-7]{2})/g;

/**
 * Yields the entries of an mtree(5) specification whose lines have full paths, as package managers
 * write it. Lines with settings only are skipped.
 */
export function* parseMtree(text: string): Generator<MtreeEntry> {
  for (const { text: line } of splitLines(text)) {
    const [name = '', ...words] = line.split(/[ \t]+/).filter(Boolean);
    if (name === '' || name.startsWith('#') || COMMANDS.has(name)) {
      continue;
    }
    const path = unescapeOctal(name).replace(/^(\.\/)+/, '');
    if (path !== '' && path !== '.') {
      yield { path, keywords: new Map(words.map(splitKeyword)) };
    }
  }
}

function splitKeyword(word: string): readonly [string, string] {
  const equals = word.indexOf('=');
  return equals < 0 ? [word, ''] : [word.slice(0, equals), unescapeOctal(word.slice(equals + 1))];
}

/** Escapes stand for bytes, which together are UTF-8. */
function unescapeOctal(text: string): string {
  if (!text.includes('\\')) {
    return text;
  }
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  const plain = bytes.replace(ESCAPE, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return Buffer.from(plain, 'latin1').toString('utf8');
}
