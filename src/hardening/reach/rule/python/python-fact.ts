import { readText, readWhole, toBuffer } from '../../../../foundation/core/bytes.ts';
import type { Extraction, Want, WantedFile } from '../../../../foundation/core/cataloger.ts';
import { defined } from '../../../../foundation/core/defined.ts';
import { SCRIPT_MAGIC } from '../../../../foundation/core/executable-file.ts';
import { splitLines } from '../../../../foundation/syntax/text/lines.ts';
import type { PythonUse } from '../../language/python/python-uses.ts';
import { type PythonOptions, readPythonUses } from '../../language/python/python-uses.ts';
import { PYTHON_CODEC } from '../../language/use-codec.ts';

export type PythonFact =
  /** Uses encoded with `PYTHON_CODEC`; `interpreter` is from the `#!` line. */
  | { readonly kind: 'source'; readonly uses: string; readonly interpreter?: string }
  | { readonly kind: 'pth'; readonly folders: readonly string[]; readonly uses: string }
  | {
      readonly kind: 'venv';
      readonly home?: string;
      readonly version?: string;
      readonly hasSystemPackages: boolean;
    }
  /** `group`, `name` and `module` of each entry, separated by tabs. */
  | { readonly kind: 'entries'; readonly entries: readonly string[] };

export const PYTHON_WANTS: readonly Want[] = [
  {
    role: 'source',
    paths: ['**/*.py'],
    maxBytes: 'programFileBytesMax',
    isHeadOnly: true,
    isDeferrable: true,
  },
  { role: 'pth', paths: ['**/*.pth'], maxBytes: 'configFileBytesMax', isHeadOnly: true },
  { role: 'venv', paths: ['**/pyvenv.cfg'], maxBytes: 'configFileBytesMax', isHeadOnly: true },
  {
    role: 'entries',
    paths: ['**/*.dist-info/entry_points.txt', '**/*.egg-info/entry_points.txt'],
    maxBytes: 'configFileBytesMax',
    isHeadOnly: true,
  },
  {
    role: 'script',
    magic: [SCRIPT_MAGIC],
    maxBytes: 'programFileBytesMax',
    isHeadOnly: true,
  },
];

export function extractPython(file: WantedFile): Extraction<PythonFact> {
  switch (file.role) {
    case 'pth':
      return { fact: parsePth(file) };
    case 'venv':
      return { fact: parseVenv(readText(file.content)) };
    case 'entries':
      return { fact: { kind: 'entries', entries: readEntryPoints(readText(file.content)) } };
    default:
      return extractSource(file);
  }
}

const HEAD_BYTES = 256;
/** Directories of code that does not belong to the application. */
const INSTALLED = /\/(?:site-packages|dist-packages|lib(?:64)?\/python\d[\d.]*)\//;
/** Default settings of a framework. */
const SETTINGS = /(?:^|[_/])(?:settings|defaults?|conf|config)\.py$/;

function extractSource({
  role,
  path,
  content,
  limits,
  sizeBytes,
}: WantedFile): Extraction<PythonFact> {
  const bytes = toBuffer(readWhole(content));
  const interpreter = detectInterpreter(bytes);
  if (role === 'script' && interpreter === undefined) {
    return {};
  }
  const make = createSourceMaker({
    usesMax: limits.programUsesMax,
    ...defined({ nameStart: findNameStart(path) }),
    isCut: sizeBytes > bytes.length,
    interpreter,
  });
  return { deferred: { content: [bytes], make } };
}

const PACKAGE = /\/(?:site|dist)-packages\/(?:.*\/(?:site|dist)-packages\/)?([A-Za-z_]\w*)\//;

/**
 * Returns the beginning of the strings that count as names of modules. An installed package names
 * those of its own modules that it imports by a computed name, such as the kinds of its workers.
 */
function findNameStart(path: string): string | undefined {
  if (!INSTALLED.test(path) || SETTINGS.test(path)) {
    return '';
  }
  const [, name] = PACKAGE.exec(path) ?? [];
  return name === undefined ? undefined : `${name}.`;
}

interface SourceOptions extends PythonOptions {
  readonly isCut: boolean;
  readonly interpreter: string | undefined;
}

function createSourceMaker({ isCut, interpreter, ...options }: SourceOptions) {
  return ([content]: readonly Uint8Array[]): PythonFact | undefined => {
    const uses = readPythonUses(toBuffer(content), options);
    const cut: readonly PythonUse[] = isCut ? [{ kind: 'computed', line: 1, text: '?' }] : [];
    const encoded = PYTHON_CODEC.encode([...uses, ...cut]);
    return encoded === '' && interpreter === undefined
      ? undefined
      : {
          kind: 'source',
          uses: encoded,
          ...defined({ interpreter }),
        };
  };
}

function detectInterpreter(bytes: Buffer): string | undefined {
  if (bytes[0] !== 35 || bytes[1] !== 33) {
    return undefined;
  }
  const [line = ''] = bytes.toString('utf8', 2, HEAD_BYTES).split('\n', 1);
  const words = line.trim().split(/\s+/);
  const isEnv = words[0]?.endsWith('/env') === true;
  const name = isEnv ? words.slice(1).find((word) => !/^-|=/.test(word)) : words[0];
  return name !== undefined && /(?:^|\/)(?:python|pypy)[\d.]*[a-z]?$/.test(name) ? name : undefined;
}

/** Each line is a directory, or code after `import`. Python documentation, "site". */
function parsePth({ content, limits }: WantedFile): PythonFact {
  const folders: string[] = [];
  const code: string[] = [];
  for (const { text } of splitLines(readText(content))) {
    const line = text.trim();
    if (/^import[ \t]/.test(line)) {
      code.push(line);
    } else if (line !== '' && !line.startsWith('#')) {
      folders.push(line);
    }
  }
  const options = { usesMax: limits.programUsesMax };
  const uses = readPythonUses(Buffer.from(code.join('\n')), options);
  return { kind: 'pth', folders: folders.slice(0, 1_000), uses: PYTHON_CODEC.encode(uses) };
}

/** Python documentation, "venv", and PEP 405. */
function parseVenv(text: string): PythonFact {
  const values = new Map<string, string>();
  for (const { text: line } of splitLines(text)) {
    const equals = line.indexOf('=');
    if (equals !== -1) {
      values.set(line.slice(0, equals).trim().toLowerCase(), line.slice(equals + 1).trim());
    }
  }
  const home = values.get('home');
  const [version] =
    /^\d\.\d+/.exec(values.get('version') ?? values.get('version_info') ?? '') ?? [];
  return {
    kind: 'venv',
    ...defined({ home, version }),
    hasSystemPackages: values.get('include-system-site-packages')?.toLowerCase() === 'true',
  };
}

/** Entry points specification: `name = module:attribute [extras]` in `[group]`. */
function readEntryPoints(text: string): readonly string[] {
  const entries: string[] = [];
  let group = '';
  for (const { text: line } of splitLines(text)) {
    const head = /^\[([^\]]+)\]/.exec(line.trim());
    const equals = line.indexOf('=');
    if (head !== null) {
      group = head[1]?.trim() ?? '';
    } else if (equals !== -1 && group !== '') {
      const [module = ''] = line
        .slice(equals + 1)
        .trim()
        .split(/[\s:[]/, 1);
      if (/^[\w.]+$/.test(module)) {
        entries.push([group, line.slice(0, equals).trim(), module].join('\t'));
      }
    }
  }
  return entries.slice(0, 20_000);
}
