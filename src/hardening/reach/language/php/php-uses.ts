import { isWordByte, markTable, type ProgramUse, UseCollector } from '../program-use.ts';

export type PhpUse = ProgramUse<
  /** Inclusion of a literal outside of braces. */
  | 'include'
  /** Inclusion of a literal in braces. */
  | 'conditional-include'
  /** Like `include`, relative to the directory of the file. */
  | 'relative-include'
  | 'conditional-relative-include'
  /** Inclusion of a computed name. */
  | 'computed'
  /** A possible class name, with its namespace if it is written or imported. */
  | 'class'
  /** The namespace of the file. */
  | 'namespace'
>;

/** Rules: PHP manual, "include", "Namespaces", "Comments". */
export function readPhpUses(bytes: Buffer, usesMax: number): readonly PhpUse[] {
  const collector = new UseCollector<PhpUse['kind']>(bytes, usesMax);
  for (let at = 0; at < bytes.length; ) {
    const open = bytes.indexOf('<?', at, 'latin1');
    if (open === -1) {
      break;
    }
    const word = bytes.toString('latin1', open + 2, open + 5).toLowerCase();
    const skip = word === 'php' ? 5 : word.startsWith('=') ? 3 : 2;
    at = word === 'xml' ? open + 5 : new PhpLexer(bytes, collector).readCode(open + skip);
  }
  return collector.uses;
}

const INCLUSION: ReadonlySet<string> = new Set([
  'include',
  'include_once',
  'require',
  'require_once',
]);
const STARTS = markTable('"\'`/#{}?<');
const NEWLINE = 10;

/** Scans the code between `<?php` and `?>` in one pass. */
class PhpLexer {
  readonly #bytes: Buffer;
  readonly #collector: UseCollector<PhpUse['kind']>;
  #depth = 0;

  constructor(bytes: Buffer, collector: UseCollector<PhpUse['kind']>) {
    this.#bytes = bytes;
    this.#collector = collector;
  }

  /** Reads to the end of the code; the position is then after it. */
  readCode(from: number): number {
    const bytes = this.#bytes;
    let at = from;
    while (at < bytes.length) {
      const byte = bytes[at] as number;
      if (byte === 63 && bytes[at + 1] === 62) {
        return at + 2;
      }
      if (STARTS[byte] !== 0) {
        at = this.#pass(byte, at);
      } else if (isWordStart(byte)) {
        at = this.#readWord(at);
      } else {
        at += 1;
      }
    }
    return at;
  }

  #pass(byte: number, at: number): number {
    const bytes = this.#bytes;
    switch (byte) {
      case 123:
        this.#depth += 1;
        return at + 1;
      case 125:
        this.#depth = Math.max(0, this.#depth - 1);
        return at + 1;
      case 35:
        return bytes[at + 1] === 91 ? at + 2 : this.#endOfComment(at);
      case 47:
        return bytes[at + 1] === 47 ? this.#endOfComment(at) : this.#readSlash(at);
      case 60:
        return this.#readHeredoc(at);
      case 63:
        return at + 1;
      default:
        return this.#readString(byte, at);
    }
  }

  /** A comment of one line also ends before `?>`. */
  #endOfComment(at: number): number {
    const line = this.#bytes.indexOf(NEWLINE, at);
    const end = line === -1 ? this.#bytes.length : line;
    const close = this.#bytes.subarray(at, end).indexOf('?>', 0, 'latin1');
    return close === -1 ? end : at + close;
  }

  #readSlash(at: number): number {
    if (this.#bytes[at + 1] !== 42) {
      return at + 1;
    }
    const end = this.#bytes.indexOf('*/', at + 2, 'latin1');
    return end === -1 ? this.#bytes.length : end + 2;
  }

  #readString(quote: number, start: number): number {
    const bytes = this.#bytes;
    for (let at = start + 1; at < bytes.length; at += 1) {
      if (bytes[at] === quote) {
        return at + 1;
      }
      if (bytes[at] === 92) {
        at += 1;
      }
    }
    return bytes.length;
  }

  #readHeredoc(at: number): number {
    const bytes = this.#bytes;
    const head = bytes.toString('latin1', at, at + 80);
    const name = /^<<<[ \t]*(["']?)([A-Za-z_]\w{0,60})\1\r?\n/.exec(head)?.[2];
    if (name === undefined) {
      return at + 1;
    }
    for (let end = bytes.indexOf(name, at + head.indexOf('\n'), 'latin1'); end !== -1; ) {
      const line = bytes.lastIndexOf(NEWLINE, end) + 1;
      const isAlone = end - line < 200 && bytes.toString('latin1', line, end).trim() === '';
      if (isAlone && !isWordByte(bytes[end + name.length])) {
        return end + name.length;
      }
      end = bytes.indexOf(name, end + name.length, 'latin1');
    }
    return bytes.length;
  }

  #readWord(start: number): number {
    const bytes = this.#bytes;
    let end = start + 1;
    while (end < bytes.length && (isWordByte(bytes[end]) || bytes[end] === 92)) {
      end += 1;
    }
    const before = bytes[start - 1];
    if (before === 36 || (before === 62 && bytes[start - 2] === 45) || end - start > 200) {
      return end;
    }
    const word = bytes.toString('latin1', start, end);
    const lower = word.toLowerCase();
    if (INCLUSION.has(lower)) {
      this.#readInclusion(start, end);
    } else if (lower === 'namespace' || lower === 'use') {
      this.#readStatement(lower, start, end);
    } else if (/^\\?(?:[A-Za-z_]\w*\\)*[A-Z]\w*$/.test(word)) {
      this.#collector.add('class', start, word);
    }
    return end;
  }

  #readInclusion(start: number, end: number): void {
    const rest = this.#bytes.toString('utf8', end, end + 400).split(';', 1)[0] ?? '';
    const text = rest.trim().replace(/^\(/, '').trim();
    const literal = /^(["'])([^"'$\n]{1,200})\1\s*\)?\s*$/.exec(text);
    const ownDirectory =
      /^(?:__DIR__|dirname\(\s*__FILE__\s*\))\s*\.\s*(["'])([^"'$\n]{1,200})\1\s*\)?\s*$/.exec(
        text,
      );
    const up =
      /^dirname\(\s*(?:__DIR__|dirname\(\s*__FILE__\s*\))\s*\)\s*\.\s*(["'])([^"'$\n]{1,200})\1\s*\)?\s*$/.exec(
        text,
      );
    const isTop = this.#depth === 0;
    if (literal !== null) {
      this.#collector.add(isTop ? 'include' : 'conditional-include', start, literal[2] ?? '');
    } else if (ownDirectory !== null) {
      this.#collector.add(
        isTop ? 'relative-include' : 'conditional-relative-include',
        start,
        ownDirectory[2] ?? '',
      );
    } else if (up !== null) {
      this.#collector.add(
        isTop ? 'relative-include' : 'conditional-relative-include',
        start,
        `/..${up[2] ?? ''}`,
      );
    } else {
      const known = /(["'])([\w./-]{3,200}\.(?:php|inc|phtml))\1/.exec(text)?.[2];
      this.#collector.add('computed', start, known ?? '?');
    }
  }

  /** `namespace A\B;`, `use A\B as C, D\{E, F};` outside of classes and functions. */
  #readStatement(word: string, start: number, end: number): void {
    const rest = this.#bytes.toString('latin1', end, end + 2_000).split(/[;]/, 1)[0] ?? '';
    if (word === 'namespace') {
      this.#collector.add('namespace', start, /^\s*([\w\\]+)/.exec(rest)?.[1] ?? '');
      return;
    }
    const group = /^\s*([\w\\]+)\\\{([^}]*)\}/.exec(rest);
    const names =
      group === null
        ? rest.split(',')
        : (group[2] ?? '').split(',').map((one) => `${group[1] ?? ''}\\${one.trim()}`);
    for (const name of names) {
      const [, plain = ''] = /^\s*(?:function\s+|const\s+)?\\?([A-Za-z_][\w\\]*)/.exec(name) ?? [];
      this.#collector.add('class', start, plain.includes('\\') ? `\\${plain}` : plain);
    }
  }
}

function isWordStart(byte: number): boolean {
  return (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte === 95 || byte === 92;
}
