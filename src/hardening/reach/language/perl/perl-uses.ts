import { appendAll } from '../../../../foundation/core/append-all.ts';
import {
  findOffsets,
  isCutOff,
  isWordByte,
  type ProgramUse,
  UseCollector,
} from '../program-use.ts';
import {
  findHeredocs,
  getLineStart,
  getStatementRest,
  type Region,
  RegionWalk,
} from '../regions.ts';

export type PerlUse = ProgramUse<
  /** A module that is loaded when the file is compiled. */
  | 'use'
  /** `require` outside of a block. */
  | 'require'
  /** Any other `require` of a module `A::B` or a file. */
  | 'conditional-require'
  | 'do-file'
  /** A directory added to `@INC`. */
  | 'library-directory'
  /** The literal start of a computed file or module name. */
  | 'computed'
  /** A string of the form `A::B` in a file with computed names. */
  | 'module-string'
>;

/** Rules: perlfunc(1) "use", "require", "do"; perlpod(1); perldata(1) "__END__". */
export function readPerlUses(whole: Buffer, usesMax: number): readonly PerlUse[] {
  const bytes = whole.subarray(0, endOfCode(whole));
  const collector = new UseCollector<PerlUse['kind']>(bytes, usesMax);
  const all = findOffsets(bytes, ['use', 'require', 'do ']);
  const offsets = all.filter((at) => isStatement(bytes, at));
  if (isCutOff(all)) {
    collector.add('computed', 0, '?');
  }
  if (offsets.length === 0) {
    return collector.uses;
  }
  const walk = new RegionWalk([...findPod(bytes), ...findHeredocs(bytes)]);
  for (const at of offsets) {
    if (walk.isOutside(at)) {
      readUse(bytes, at, collector);
    }
  }
  return collector.uses.some(({ kind }) => kind === 'computed')
    ? [...collector.uses, ...findNames(bytes, usesMax)]
    : collector.uses;
}

/**
 * Reads strings that look like a name in a separate pass, because lines can only be counted
 * forwards.
 */
function findNames(bytes: Buffer, usesMax: number): readonly PerlUse[] {
  const collector = new UseCollector<PerlUse['kind']>(bytes, usesMax);
  for (const { index, 1: name = '', 2: next } of bytes.toString('latin1').matchAll(NAME)) {
    const isWhole = next === '"' || next === "'";
    collector.add(
      isWhole ? 'module-string' : 'computed',
      index,
      isWhole ? name : name.replaceAll('::', '/'),
    );
  }
  return collector.uses;
}

const NAME = /["'](\w{1,40}(?:::\w{0,40}){1,6})(["'$])/g;

function endOfCode(bytes: Buffer): number {
  for (let at = bytes.indexOf('__', 0, 'latin1'); at !== -1; ) {
    if (
      bytes[at - 1] === NEWLINE &&
      /^__(?:END|DATA)__/.test(bytes.toString('latin1', at, at + 8))
    ) {
      return at - 1;
    }
    at = bytes.indexOf('__', at + 2, 'latin1');
  }
  return bytes.length;
}

/** Documentation starts with a command at the start of a line. */
function findPod(bytes: Buffer): readonly Region[] {
  const regions: Region[] = [];
  // The first line has no newline before it.
  for (let at = bytes[0] === EQUALS ? -1 : nextMark(bytes, 0); at !== undefined; ) {
    const next = bytes[at + 2] ?? 0;
    const isCommand = next >= 97 && next <= 122;
    const cut = isCommand ? bytes.indexOf('\n=cut', Math.max(0, at), 'latin1') : at;
    const end = cut === -1 ? bytes.length : cut + 5;
    if (isCommand) {
      regions.push({ start: Math.max(0, at), end });
    }
    at = nextMark(bytes, isCommand ? end : at + 2);
  }
  return regions;
}

const EQUALS = 61;
const NEWLINE = 10;

function nextMark(bytes: Buffer, from: number): number | undefined {
  const at = bytes.indexOf('\n=', from, 'latin1');
  return at === -1 ? undefined : at;
}

function isStatement(bytes: Buffer, at: number): boolean {
  const before = bytes[at - 1];
  const length = bytes[at] === 117 ? 3 : bytes[at] === 114 ? 7 : 2;
  const after = bytes[at + length];
  return !isWordByte(before) && before !== 62 && before !== 58 && before !== 45 && isBlank(after);
}

function isBlank(byte: number | undefined): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 40 || byte === 13;
}

const STATEMENT_BYTES_MAX = 2_000;
const MODULE = /^[A-Za-z_]\w*(?:::\w+)*$/;

function readUse(bytes: Buffer, at: number, collector: UseCollector<PerlUse['kind']>): void {
  const line = getLineStart(bytes, at);
  const isEvaluated = line?.isInText === true && /\beval\b/.test(line.text);
  if (line === undefined || (line.isInText && !isEvaluated)) {
    return;
  }
  const word = bytes[at] === 117 ? 'use' : bytes[at] === 114 ? 'require' : 'do';
  const statement = getStatementRest(bytes, at + word.length, STATEMENT_BYTES_MAX).trim();
  const isStart = /(?:^|[;{}])\s*$/.test(line.text);
  if (word === 'use') {
    if (isStart || isEvaluated || /\beval\s+qq?\W\s*$/.test(line.text)) {
      readModule(statement, isEvaluated ? 'conditional-require' : 'use', at, collector);
    }
  } else if (word === 'require') {
    readRequired(statement, line.text === '' ? 'require' : 'conditional-require', at, collector);
  } else {
    const file = /^\(?\s*(["'])([^"'\n$@]{1,200})\1/.exec(statement);
    if (file !== null) {
      collector.add('do-file', at, file[2] ?? '');
    }
  }
}

function readModule(
  statement: string,
  kind: PerlUse['kind'],
  at: number,
  collector: UseCollector<PerlUse['kind']>,
): void {
  const [name = ''] = /^[\w:]+/.exec(statement) ?? [];
  const rest = statement.slice(name.length);
  if (isOpenName(name, rest)) {
    collector.add('computed', at, name.replaceAll('::', '/'));
    return;
  }
  if (!MODULE.test(name) || /^v?\d/.test(name)) {
    return;
  }
  collector.add(kind, at, name);
  if (name === 'lib') {
    for (const text of findStrings(rest)) {
      collector.add('library-directory', at, text);
    }
  } else if (name === 'base' || name === 'parent') {
    for (const text of findStrings(rest)) {
      collector.add(kind, at, text);
    }
  } else if (name === 'if') {
    const module = /[,>]\s*["']?([A-Za-z_][\w:]*)["']?/.exec(rest);
    collector.add('conditional-require', at, module?.[1] ?? '');
  }
}

/** In a string with interpolation: `A::B::$name`. */
function isOpenName(name: string, rest: string): boolean {
  return name.includes('::') && rest.startsWith('$');
}

/** Returns quoted strings and the words of `qw(…)`. */
function findStrings(text: string): readonly string[] {
  const found: string[] = [];
  for (const [, quoted, words] of text.matchAll(
    /["']([^"'\n]{1,200})["']|\bqw\s*[({[<|/]([^)}\]>|/]{0,500})/g,
  )) {
    appendAll(found, quoted === undefined ? (words ?? '').trim().split(/\s+/) : [quoted]);
  }
  return found.filter((one) => one !== '' && !one.startsWith('-'));
}

function readRequired(
  statement: string,
  kind: PerlUse['kind'],
  at: number,
  collector: UseCollector<PerlUse['kind']>,
): void {
  const text = statement.replace(/^\(\s*/, '');
  const quoted = /^(["'])([^"'\n]{0,300})\1/.exec(text);
  if (quoted !== null) {
    const [whole, , file = ''] = quoted;
    const isWhole = !/[$@]/.test(file) && !/^\s*\./.test(text.slice(whole.length));
    const plain = file.split(/[$@]/, 1)[0] ?? '';
    collector.add(isWhole ? kind : 'computed', at, isWhole ? file : plain || '?');
    return;
  }
  const [name = ''] = /^[\w:]+/.exec(text) ?? [];
  if (isOpenName(name, text.slice(name.length))) {
    collector.add('computed', at, name.replaceAll('::', '/'));
  } else if (MODULE.test(name) && !/^v?\d/.test(name)) {
    collector.add(kind, at, name);
  } else if (text.startsWith('$')) {
    collector.add('computed', at, '?');
  }
}
