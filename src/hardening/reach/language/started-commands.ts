import {
  findLineStart,
  findOffsets,
  isCutOff,
  isWordByte,
  type ProgramUse,
  UseCollector,
} from './program-use.ts';

/** Languages with known calls that start other programs. */
export const STARTING_LANGUAGES = ['python', 'perl', 'ruby', 'php', 'node'] as const;

export type StartingLanguage = (typeof STARTING_LANGUAGES)[number];

export interface StartedOptions {
  readonly language: StartingLanguage;
  readonly usesMax: number;
  /** Whether strings that are absolute paths count, too. */
  readonly hasPaths: boolean;
}

interface Calls {
  /** Strings that such a call can start with; checked first, because most files have none. */
  readonly marks: readonly string[];
  readonly call: RegExp;
  /** Calls that pass their string to a shell. */
  readonly shell: RegExp;
  /** Text allowed before a call; if absent, anything but a part of a name. */
  readonly before?: RegExp;
  /** A file that does not contain it has no calls. */
  readonly needs?: string;
}

const CALLS: Readonly<Record<StartingLanguage, Calls>> = {
  python: {
    marks: ['subprocess.', 'os.', 'create_subprocess_', 'Popen('],
    call: /^(?:subprocess\.(?:run|call|check_call|check_output|Popen|getoutput|getstatusoutput)|os\.(?:system|popen|exec[lv]p?e?|spawn[lv]p?e?|posix_spawnp?)|create_subprocess_(?:exec|shell)|Popen)\s*\(\s*/,
    shell: /^(?:os\.system|os\.popen|subprocess\.get|create_subprocess_shell)/,
  },
  perl: {
    marks: ['system', 'exec', 'qx', '`'],
    call: /^(?:(?:system|exec)\b\s*\(?\s*|qx\s*(?=\W)|(?=`))/,
    shell: /^/,
    before: /(?:^|[\s;{}(=!&|,])$/,
  },
  ruby: {
    marks: ['system', 'exec', 'spawn', 'IO.popen', 'Open3.', '%x', '`'],
    call: /^(?:(?:system|exec|spawn|IO\.popen|Open3\.\w+)(?:\s*\(\s*|\s+(?=["'[]))|%x(?=[({[])|(?=`))/,
    shell: /^/,
    before: /(?:^|[\s;{}(=!&|,])$/,
  },
  php: {
    marks: ['exec', 'shell_exec', 'pcntl_exec', 'system', 'passthru', 'popen', 'proc_open'],
    call: /^(?:exec|shell_exec|system|passthru|popen|proc_open|pcntl_exec)\s*\(\s*/,
    shell: /^(?!pcntl)/,
    before: /(?:^|[\s;{}(=!&|,.@\\])$/,
  },
  node: {
    marks: ['exec', 'spawn', 'fork'],
    call: /^(?:exec(?:Sync|File|FileSync)?|spawn(?:Sync)?|fork)\s*\(\s*/,
    shell: /^exec(?:Sync)?\b/,
    before: /(?:^|[\s;{}(=!&|,]|\b(?:child_process|childProcess|cp|child)\.)$/,
    needs: 'child_process',
  },
};

const SHELL_FLAG = /\bshell\s*[=:]\s*[Tt]rue/;
/** The start of an interpolated value in any of the languages, or of a string that is not plain. */
const OPEN_TEXT = /[\n\\{]|[$@][\w{(]|%[sdr(]/;
const CALL_BYTES_MAX = 400;
const LINE_BYTES_MAX = 400;
const DEFINITION = /\b(?:def|sub|function|class)\s+$/;
const COMMENT = /^\s*(?:#|\/\/|\*)/;
const PATH = /^["'](\/[A-Za-z0-9_.@+-]+(?:\/[A-Za-z0-9_.@+-]+)*\/?)["']/;
const PATH_BYTES_MAX = 1_024;

export type StartedUse = ProgramUse<
  /** A literal command. */
  | 'command'
  /** A literal line for a shell. */
  | 'shell-line'
  /** A computed command, by the name of the call. */
  | 'computed'
  /** An absolute path. */
  | 'path'
>;

/**
 * Finds the places at which a program starts others. Rules: documentation of Python's `subprocess`
 * and `os`, perlfunc(1), Ruby's Kernel, PHP's "Program execution", Node's `child_process`.
 */
export function readStartedCommands(
  bytes: Buffer,
  { language, usesMax, hasPaths }: StartedOptions,
): readonly StartedUse[] {
  const calls = CALLS[language];
  const collector = new UseCollector<StartedUse['kind']>(bytes, usesMax);
  const isIdle = calls.needs !== undefined && !bytes.includes(calls.needs, 0, 'latin1');
  const offsets = isIdle ? [] : findOffsets(bytes, calls.marks);
  for (const at of offsets) {
    readCall(bytes, at, calls, collector);
  }
  if (isCutOff(offsets)) {
    collector.add('computed', 0, calls.marks[0] ?? '');
  }
  return hasPaths ? [...collector.uses, ...readPaths(bytes, usesMax)] : collector.uses;
}

function readPaths(bytes: Buffer, usesMax: number): readonly StartedUse[] {
  const collector = new UseCollector<StartedUse['kind']>(bytes, usesMax);
  let end = 0;
  for (const at of findOffsets(bytes, ['"/', "'/"])) {
    const [whole, path] =
      at < end ? [] : (PATH.exec(bytes.toString('latin1', at, at + PATH_BYTES_MAX)) ?? []);
    if (whole !== undefined && path !== undefined) {
      collector.add('path', at, path);
      end = at + whole.length;
    }
  }
  return collector.uses;
}

function readCall(
  bytes: Buffer,
  at: number,
  calls: Calls,
  collector: UseCollector<StartedUse['kind']>,
): void {
  const first = bytes[at];
  const isName = isWordByte(first);
  if (isName && isWordByte(bytes[at - 1])) {
    return;
  }
  const text = bytes.toString('latin1', at, at + CALL_BYTES_MAX);
  const [call] = calls.call.exec(text) ?? [];
  if (call === undefined) {
    return;
  }
  const begin = findLineStart(bytes, at, LINE_BYTES_MAX) ?? at - LINE_BYTES_MAX;
  const line = bytes.toString('latin1', begin, at);
  const isCall = calls.before?.test(line) ?? !line.endsWith('.');
  if (!isCall || COMMENT.test(line) || DEFINITION.test(line)) {
    return;
  }
  const rest = text.slice(call.length);
  const word = /^[\w.%`]+/.exec(text)?.[0] ?? '';
  const literal = readLiteral(rest);
  if (literal === undefined) {
    collector.add('computed', at, word === '' ? '`' : word);
    return;
  }
  const isShell = SHELL_FLAG.test(rest.split('\n', 1)[0] ?? '');
  const isList = rest.startsWith('[') || (literal.isFollowed && !isShell);
  const isLine = calls.shell.test(text) || isShell;
  collector.add(isLine && !isList ? 'shell-line' : 'command', at, literal.text);
}

interface Literal {
  readonly text: string;
  /** Whether further arguments follow, each a word of its own. */
  readonly isFollowed: boolean;
}

const CLOSING: ReadonlyMap<string, string> = new Map(
  Object.entries({ '(': ')', '{': '}', '[': ']' }),
);

/**
 * Reads the literal at the start, up to an interpolated value; `undefined` if that value is part of
 * the command.
 */
function readLiteral(rest: string): Literal | undefined {
  const found = /^\[?\s*([bfru]{0,2})(["'`({])/i.exec(rest);
  if (found === null) {
    return undefined;
  }
  const [whole, , quote = ''] = found;
  const close = rest.indexOf(CLOSING.get(quote) ?? quote, whole.length);
  if (close < 0) {
    return undefined;
  }
  const text = rest.slice(whole.length, close);
  const cut = text.search(OPEN_TEXT);
  const known = cut < 0 ? text : text.slice(0, Math.max(0, text.lastIndexOf(' ', cut)));
  return /\S/.test(known)
    ? { text: known.trim(), isFollowed: /^\s*,/.test(rest.slice(close + 1)) }
    : undefined;
}
