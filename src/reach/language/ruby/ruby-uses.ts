import {
  findOffsets,
  isCutOff,
  isWordByte,
  type ProgramUse,
  UseCollector,
} from '../program-use.ts';
import { findBlocks, findHeredocs, getLineStart, RegionWalk } from '../regions.ts';

/**
 * Kinds of uses in a Ruby file. `R`: `require` outside of a block; `r`: in a block; `l`: a file
 * relative to this one; `o`: `load`; `a`: `autoload` of a file; `n`: `autoload` of a name alone;
 * `v`: the literal start of a computed file name; `g`: a gem; `b`: all gems of the bundle. Ruby,
 * `Kernel#require`, `Module#autoload`; doc/syntax/comments.rdoc and literals.rdoc.
 */
export function readRubyUses(whole: Buffer, usesMax: number): readonly ProgramUse[] {
  const end = whole.indexOf('\n__END__', 0, 'latin1');
  const bytes = end === -1 ? whole : whole.subarray(0, end);
  const collector = new UseCollector(bytes, usesMax);
  const all = findOffsets(bytes, WORDS);
  const offsets = all.filter((at) => isCall(bytes, at));
  if (isCutOff(all)) {
    collector.add('v', 0, '?');
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

function readUse(bytes: Buffer, at: number, head: string, collector: UseCollector): void {
  const [line = ''] = bytes.toString('utf8', at, at + LINE_BYTES_MAX).split('\n', 1);
  const [, word = '', rest = ''] = /^(\w+)[\s(]*(.*)$/.exec(line) ?? [];
  const kind = head === '' ? 'R' : 'r';
  switch (word) {
    case 'require':
      if (head.endsWith('Bundler.')) {
        collector.add('b', at, '*');
      } else {
        readFile(rest, kind, at, collector);
      }
      break;
    case 'require_relative':
      readFile(rest, 'l', at, collector);
      break;
    case 'load':
      readFile(rest, 'o', at, collector);
      break;
    case 'autoload':
      readAutoload(rest, at, collector);
      break;
    case 'bin_path':
    case 'activate_bin_path':
    case 'gem':
      collector.add('g', at, /^(["'])([\w.-]{1,100})\1/.exec(rest)?.[2] ?? '');
      break;
    default:
  }
}

const TEXT = /^(["'])([^"'\n]{1,200})\1/;
const RELATIVE =
  /^(?:::)?File\.(?:expand_path|join|absolute_path)\s*\(?\s*(?:(["'])([^"'#\n]{1,200})\1\s*,\s*(__FILE__|__dir__)|(?:__dir__|File\.dirname\(__FILE__\))\s*,\s*(["'])([^"'#\n]{1,200})\4\s*\))/;

function readFile(rest: string, kind: string, at: number, collector: UseCollector): void {
  const [, quote, text] = TEXT.exec(rest) ?? [];
  if (text !== undefined) {
    const value = quote === '"' ? text.indexOf('#{') : -1;
    collector.add(value === -1 ? kind : 'v', at, value === -1 ? text : text.slice(0, value) || '?');
    return;
  }
  const relative = RELATIVE.exec(rest);
  if (relative !== null) {
    const [, , beside = '', base, , inside] = relative;
    // `__FILE__` counts as a directory here, so one step up is the directory of the file.
    collector.add(
      'l',
      at,
      inside ?? (base === '__FILE__' ? beside.replace(/^\.\.\//, '') : beside),
    );
  } else if (/^[\w@$(:]/.test(rest)) {
    collector.add('v', at, '?');
  }
}

function readAutoload(rest: string, at: number, collector: UseCollector): void {
  const [, name, quoted] =
    /^:(\w+)(?:\s*,\s*["']([^"'#\n]{1,200})["'])?/.exec(rest) ??
    /^["'](\w+)["']\s*,\s*["']([^"'#\n]{1,200})["']/.exec(rest) ??
    [];
  if (quoted !== undefined) {
    collector.add('a', at, quoted);
  } else if (name !== undefined) {
    const path = /,\s*(.*)$/.exec(rest)?.[1];
    const [, text] = /["']([^"'#\n]{1,200})["']/.exec(path ?? '') ?? [];
    collector.add('n', at, name);
    collector.add('l', at, text?.replace(/^\//, '') ?? '');
  }
}
