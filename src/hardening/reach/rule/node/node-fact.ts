import { readText, readWhole, toBuffer } from '../../../../foundation/core/bytes.ts';
import type { Extraction, Want, WantedFile } from '../../../../foundation/core/cataloger.ts';
import { SCRIPT_MAGIC } from '../../../../foundation/core/executable-file.ts';
import { isRecord } from '../../../../foundation/syntax/json/guard.ts';
import { getText } from '../../../../foundation/syntax/json/member.ts';
import { isShallow, parseJson } from '../../../../foundation/syntax/json/parse-json.ts';
import type { JavascriptUse } from '../../language/javascript/javascript-uses.ts';
import { readJavascriptUses } from '../../language/javascript/javascript-uses.ts';
import { JAVASCRIPT_CODEC } from '../../language/use-codec.ts';

/** Fields of a `package.json` that locate its modules. */
export interface Manifest {
  readonly kind: 'manifest';
  readonly name: string;
  readonly main: string;
  readonly exports?: unknown;
  readonly imports?: unknown;
  /** Names of optional dependencies: often one per platform, and only one of them is installed. */
  readonly optional?: readonly string[];
  /** Only of applications: scripts of installed packages do not run. */
  readonly scripts?: Readonly<Record<string, string>>;
}

export type NodeFact = { readonly kind: 'source'; readonly uses: string } | Manifest;

export const NODE_WANTS: readonly Want[] = [
  {
    role: 'source',
    paths: ['**/*.js', '**/*.cjs', '**/*.mjs'],
    maxBytes: 'programFileBytesMax',
    isHeadOnly: true,
    isDeferrable: true,
  },
  {
    role: 'manifest',
    paths: ['**/package.json'],
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

const HEAD_BYTES = 128;
const DEPTH_MAX = 32;

export function extractNode(file: WantedFile): Extraction<NodeFact> {
  const { role, content, limits, sizeBytes } = file;
  if (role === 'manifest') {
    return extractManifest(file);
  }
  const bytes = toBuffer(readWhole(content));
  if (role === 'script' && !isNodeScript(bytes)) {
    return {};
  }
  const make = createSourceMaker(limits.programUsesMax, sizeBytes > bytes.length);
  return { deferred: { content: [bytes], make } };
}

function createSourceMaker(usesMax: number, isCut: boolean) {
  return ([content]: readonly Uint8Array[]): NodeFact | undefined => {
    const uses = readJavascriptUses(toBuffer(content), usesMax);
    const cut: readonly JavascriptUse[] = isCut ? [{ kind: 'computed', line: 1, text: '?' }] : [];
    const encoded = JAVASCRIPT_CODEC.encode([...uses, ...cut]);
    return encoded === '' ? undefined : { kind: 'source', uses: encoded };
  };
}

function isNodeScript(bytes: Buffer): boolean {
  const [line = ''] = bytes.toString('latin1', 0, HEAD_BYTES).split('\n', 1);
  return /[/ ]node(?:js)?(?:\s|$)/.test(line);
}

function extractManifest({ content, path }: WantedFile): Extraction<NodeFact> {
  const document = parseJson(readText(content));
  if (!isRecord(document)) {
    return {};
  }
  const { exports, imports, scripts, optionalDependencies } = document;
  const isInstalled = path.includes('/node_modules/');
  return {
    fact: {
      kind: 'manifest',
      name: getText(document, 'name'),
      main: getText(document, 'main'),
      ...(exports !== undefined && isShallow(exports, DEPTH_MAX) ? { exports } : {}),
      ...(isRecord(imports) && isShallow(imports, DEPTH_MAX) ? { imports } : {}),
      ...(isRecord(optionalDependencies) ? { optional: Object.keys(optionalDependencies) } : {}),
      ...(isRecord(scripts) && !isInstalled ? { scripts: pickStrings(scripts) } : {}),
    },
  };
}

function pickStrings(record: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value]] : [],
    ),
  );
}
