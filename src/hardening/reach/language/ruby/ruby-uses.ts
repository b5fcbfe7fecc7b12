import {
  findOffsets,
  isCutOff,
  isWordByte,
  type ProgramUse,
  UseCollector,
} from '../program-use.ts';
import { findBlocks, findHeredocs, getLineStart, RegionWalk } from '../regions.ts';

export type RubyUse = ProgramUse<
  /** `require` outside of a block. */
  | 'require'
  /** `require` in a block. */
  | 'conditional-require'
  /** A file relative to this one. */
  | 'relative-file'
  | 'load'
  /** `autoload` of a file. */
  | 'autoload'
  /** `autoload` of a name alone. */
  | 'autoload-name'
  /** The literal start of a computed file name. */
  | 'computed'
  | 'gem'
  /** All gems of the bundle. */
  | 'bundle'
>;

/**
 * Rules: Ruby, `Kernel#require`, `Module#autoload`; doc/syntax/comments.rdoc and literals.rdoc.
 */
export function readRubyUses(whole: Buffer, usesMax: number): readonly RubyUse[] {
  const end = whole.indexOf('\n__END__', 0, 'latin1');
  const bytes = end === -1 ? whole : whole.subarray(0, end);
  const collector = new UseCollector<RubyUse['kind']>(bytes, usesMax);
  const all = findOffsets(bytes, WORDS);
  const offsets = all.filter((at) => isCall(bytes, at));
  if (isCutOff(all)) {
    collector.add('computed', 0, '?');
  }
  if (offsets.length === 0) {
    return collector.uses;
  }
  const walk = new RegionWalk([...findBlocks(bytes, '=begin', '=end'), ...findHeredocs(bytes)]);
  for (const at of offsets) {
    const line = walk.isOutside(at) ? getLineStart(bytes, at) : undefined;
    if (line !== undefined && !line.isInText && isStatement(line.text)) {
      readUse(bytes, at, line.text, collector);
    }
  }
  return collector.uses;
}

const WORDS = ['require', 'autoload', 'load ', 'load(', 'bin_path', 'gem '];
const LINE_BYTES_MAX = 400;

function isCall(bytes: Buffer, at: number): boolean {
  const before = bytes[at - 1];
  return bytes[at] === 98 || (!isWordByte(before) && before !== 58 && before !== 64);
}

/** A call may follow these; after a dot only for `Kernel`, `Bundler` and similar names. */
function isStatement(head: string): boolean {
  const text = head.trimEnd();
  return (
    !/\bdef(?:\s+self\.)?$/.test(text) &&
    (!text.endsWith('.') || /(?:Kernel|Bundler|Object|Gem|self)\.$/.test(text))
  );
}

function readUse(
  bytes: Buffer,
  at: number,
  head: string,
  collector: UseCollector<RubyUse['kind']>,
): void {
  const [line = ''] = bytes.toString('utf8', at, at + LINE_BYTES_MAX).split('\n', 1);
  const [, word = '', rest = ''] = /^(\w+)[\s(]*(.*)$/.exec(line) ?? [];
  const kind = head === '' ? 'require' : 'conditional-require';
  switch (word) {
    case 'require':
      if (head.endsWith('Bundler.')) {
        collector.add('bundle', at, '*');
      } else {
        readFile(rest, kind, at, collector);
      }
      break;
    case 'require_relative':
      readFile(rest, 'relative-file', at, collector);
      break;
    case 'load':
      readFile(rest, 'load', at, collector);
      break;
    case 'autoload':
      readAutoload(rest, at, collector);
      break;
    case 'bin_path':
    case 'activate_bin_path':
    case 'gem':
      collector.add('gem', at, /^(["'])([\w.-]{1,100})\1/.exec(rest)?.[2] ?? '');
      break;
    default:
  }
}

const TEXT = /^(["'])([^"'\n]{1,200})\1/;
const RELATIVE =
  /^(?:::)?File\.(?:expand_path|join|absolute_path)\s*\(?\s*(?:(["'])([^"'#\n]{1,200})\1\s*,\s*(__FILE__|__dir__)|(?:__dir__|File\.dirname\(__FILE__\))\s*,\s*(["'])([^"'#\n]{1,200})\4\s*\))/;

function readFile(
  rest: string,
  kind: RubyUse['kind'],
  at: number,
  collector: UseCollector<RubyUse['kind']>,
): void {
  const [, quote, text] = TEXT.exec(rest) ?? [];
  if (text !== undefined) {
    const value = quote === '"' ? text.indexOf('#{') : -1;
    collector.add(
      value === -1 ? kind : 'computed',
      at,
      value === -1 ? text : text.slice(0, value) || '?',
    );
    return;
  }
  const relative = RELATIVE.exec(rest);
  if (relative !== null) {
    const [, , beside = '', base, , inside] = relative;
    // `__FILE__` counts as a directory here, so one step up is the directory of the file.
    collector.add(
      'relative-file',
      at,
      inside ?? (base === '__FILE__' ? beside.replace(/^\.\.\//, '') : beside),
    );
  } else if (/^[\w@$(:]/.test(rest)) {
    collector.add('computed', at, '?');
  }
}

function readAutoload(rest: string, at: number, collector: UseCollector<RubyUse['kind']>): void {
  const [, name, quoted] =
    /^:(\w+)(?:\s*,\s*["']([^"'#\n]{1,200})["'])?/.exec(rest) ??
    /^["'](\w+)["']\s*,\s*["']([^"'#\n]{1,200})["']/.exec(rest) ??
    [];
  if (quoted !== undefined) {
    collector.add('autoload', at, quoted);
  } else if (name !== undefined) {
    const path = /,\s*(.*)$/.exec(rest)?.[1];
    const [, text] = /["']([^"'#\n]{1,200})["']/.exec(path ?? '') ?? [];
    collector.add('autoload-name', at, name);
    collector.add('relative-file', at, text?.replace(/^\//, '') ?? '');
  }
}
