import { getBaseName } from '../../../../foundation/core/base-name.ts';
import { readText, readWhole, toBuffer } from '../../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import { SCRIPT_MAGIC } from '../../../../foundation/core/executable-file.ts';
import type { ReachStrength } from '../../../../foundation/core/reach.ts';
import { splitLines } from '../../../../foundation/syntax/text/lines.ts';
import { getParentPath } from '../../../../image/view/path.ts';
import { isElf } from '../../elf-words.ts';
import { getFolderIndex } from '../../folder-index.ts';
import type { PhpUse } from '../../language/php/php-uses.ts';
import { readPhpUses } from '../../language/php/php-uses.ts';
import { PHP_CODEC } from '../../language/use-codec.ts';
import { ownFact } from '../../own-fact.ts';
import { useWitness } from '../../own-witness.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { createAutoload, readAutoloadMap } from './autoload.ts';
import { findExtensionEdges } from './extensions.ts';
import type { AutoloadMap, IniLine, PhpFact } from './php-fact.ts';

/**
 * Files that PHP includes: literals of `include` and `require`, classes by the maps of Composer and
 * by the names of files beside them, and extensions that its settings load. Inclusion of a computed
 * name is an opacity.
 */
export const php: ReachRule<PhpFact> = {
  id: 'php',
  version: 1,
  title: 'PHP includes it',
  spec: 'PHP manual, "include" and "php.ini directives"; PSR-4; Composer documentation, "Autoload"',
  wants: [
    {
      role: 'ini',
      paths: ['**/php.ini', '**/conf.d/*.ini', '**/php-fpm.conf', '**/php*/*.ini'],
      maxBytes: 'configFileBytesMax',
      isHeadOnly: true,
    },
    {
      role: 'autoload',
      paths: ['**/composer/autoload_*.php'],
      maxBytes: 'programFileBytesMax',
      isHeadOnly: true,
    },
    {
      role: 'source',
      paths: ['**/*.php', '**/*.inc', '**/*.phtml'],
      maxBytes: 'programFileBytesMax',
      isHeadOnly: true,
      isDeferrable: true,
    },
    {
      role: 'script',
      magic: [SCRIPT_MAGIC, { offset: 0, bytes: Buffer.from('<?php') }],
      maxBytes: 'programFileBytesMax',
      isHeadOnly: true,
    },
  ],
  extract,
  findEdges,
  findOpacities,
};

function extract({ role, content, limits }: WantedFile): Extraction<PhpFact> {
  if (role === 'ini') {
    const lines = parseIniLines(readText(content));
    return lines.length === 0 ? {} : { fact: { kind: 'ini', lines } };
  }
  const bytes = toBuffer(readWhole(content));
  if (
    role === 'script' &&
    bytes[0] === 35 &&
    !/^#!.*[/ ]php/.test(bytes.toString('latin1', 0, 200))
  ) {
    return {};
  }
  return { deferred: { content: [bytes], make: createFactMaker(role, limits.programUsesMax) } };
}

function createFactMaker(role: string, usesMax: number) {
  return ([content]: readonly Uint8Array[]): PhpFact | undefined => {
    const bytes = toBuffer(content);
    const uses = PHP_CODEC.encode(readPhpUses(bytes, usesMax));
    if (role === 'autoload') {
      return { kind: 'autoload', map: readAutoloadMap(bytes.toString('utf8'), usesMax), uses };
    }
    return uses === '' ? undefined : { kind: 'source', uses };
  };
}

function parseIniLines(text: string): readonly IniLine[] {
  const lines: IniLine[] = [];
  for (const { text: line, number } of splitLines(text)) {
    const [, key = '', value = ''] =
      /^\s*(extension|zend_extension|extension_dir|auto_prepend_file|auto_append_file)\s*=\s*"?([^";\n]{1,400})/.exec(
        line,
      ) ?? [];
    if (key !== '') {
      lines.push([key, value.trim(), number]);
    }
  }
  return lines.slice(0, 1_000);
}

const PROGRAM = /^(?:php|php-?fpm|php-cgi|phpdbg|frankenphp)[\d.]*$|^libphp[\d.]*\.so$|^mod_php/;

function findEdges(node: ReachNode<PhpFact>, world: ReachWorld): readonly ReachEdge[] {
  const { path, fact } = node;
  if (PROGRAM.test(getBaseName(path)) && isElf(path, world)) {
    return findExtensionEdges(path, world, (one) => getFact(one, world));
  }
  if (fact === undefined || fact.kind === 'ini') {
    return [];
  }
  const uses = PHP_CODEC.decode(fact.uses);
  const namespace = uses.find(({ kind }) => kind === 'namespace')?.text ?? '';
  const context = { path, world, namespace };
  return [
    ...uses.flatMap((use) => findUseEdges(use, context)),
    ...(fact.kind === 'autoload' ? findAutoloadEdges(path, fact.map, world) : []),
  ];
}

function getFact(path: string, world: ReachWorld): PhpFact | undefined {
  const real = world.view.resolve(path)?.path;
  return real === undefined ? undefined : ownFact(php, real, world);
}

interface Context {
  readonly path: string;
  readonly world: ReachWorld;
  readonly namespace: string;
}

/** Kinds of uses that always run. */
const REQUIRED: ReadonlySet<PhpUse['kind']> = new Set(['include', 'relative-include']);

function findUseEdges(use: PhpUse, context: Context): readonly ReachEdge[] {
  const witness = useWitness(context.path, use.line, use.text);
  const strength: ReachStrength = REQUIRED.has(use.kind)
    ? 'required'
    : use.kind === 'computed'
      ? 'possible'
      : 'likely';
  return findTargets(use, context).map((to) => ({ to, strength, witness }));
}

const FOLDERS = [
  '/usr/share/php',
  '/usr/share/pear',
  '/usr/local/lib/php',
  '/usr/share/php7',
  '/usr/share/php8',
];

function findTargets({ kind, text }: PhpUse, context: Context): readonly string[] {
  const { path, world } = context;
  const folder = getParentPath(path);
  switch (kind) {
    case 'namespace':
      return [];
    case 'relative-include':
    case 'conditional-relative-include':
      return [`${folder}/${text}`];
    case 'class':
      return findClassFiles(text, context);
    case 'computed':
      return text === '?'
        ? listSiblingFiles(path, world)
        : [`${folder}/${text}`, `${folder}/../${text}`];
    default:
      return text.startsWith('/')
        ? [text]
        : [folder, world.config.workingFolder, ...FOLDERS].map((one) => `${one}/${text}`);
  }
}

/** Other code in the directory of the file. */
function listSiblingFiles(path: string, world: ReachWorld): readonly string[] {
  const folder = getParentPath(path);
  return getFolderIndex(world)
    .listNames(folder)
    .filter((name) => /\.(?:php|inc)$/.test(name) && `${folder}/${name}` !== path)
    .map((name) => `${folder}/${name}`);
}

/** By the maps of Composer, or else by the name of a file beside it, as in PSR-4 and PSR-0. */
function findClassFiles(name: string, { path, world, namespace }: Context): readonly string[] {
  const plain = name.replace(/^\\/, '');
  const candidates = name.startsWith('\\')
    ? [plain]
    : [
        namespace === '' ? plain : `${namespace}\\${plain}`,
        ...(name.includes('\\') ? [plain] : []),
      ];
  const { index, map } = {
    index: getFolderIndex(world),
    map: createAutoload(world, (one) => getFact(one, world)),
  };
  const found = candidates.flatMap((one) => map.findFiles(one));
  const sibling = name.startsWith('\\')
    ? []
    : [`${getParentPath(path)}/${plain.replaceAll('\\', '/')}.php`];
  return [...found, ...sibling].filter((to) => index.has(getParentPath(to), getBaseName(to)));
}

/** The files that Composer always includes, and its own files. */
function findAutoloadEdges(
  path: string,
  map: AutoloadMap,
  world: ReachWorld,
): readonly ReachEdge[] {
  const folder = getParentPath(path);
  const own = getFolderIndex(world)
    .listNames(folder)
    .filter((name) =>
      /^autoload_\w+\.php$|^(?:ClassLoader|InstalledVersions|platform_check)\.php$|^installed\.php$/.test(
        name,
      ),
    );
  const toEdge = (to: string, token: string): ReachEdge => ({
    to,
    strength: 'likely',
    witness: { path, token },
  });
  return [
    ...own.map((name) => toEdge(`${folder}/${name}`, name)),
    ...(getBaseName(path) === 'autoload_files.php'
      ? map.map(([, file]) => toEdge(`${getParentPath(folder)}/${file}`, file))
      : []),
  ];
}

function findOpacities({ fact, path }: ReachNode<PhpFact>, world: ReachWorld) {
  const uses = fact?.kind === 'source' ? PHP_CODEC.decode(fact.uses) : [];
  const open = uses.find(({ kind, text }) => kind === 'computed' && text === '?');
  return open === undefined || world.view.find(path) === undefined
    ? []
    : [
        {
          what: 'includes a file by a name computed at run time',
          witness: useWitness(path, open.line, open.text),
          scope: { kind: 'folder' as const, path: getParentPath(path) },
        },
      ];
}
