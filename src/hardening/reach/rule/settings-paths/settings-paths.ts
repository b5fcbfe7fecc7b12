import { appendAll } from '../../../../foundation/core/append-all.ts';
import { readWhole, toBuffer } from '../../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import { ELF_MAGIC_TEXT } from '../../../../foundation/core/executable-file.ts';
import { getParentPath } from '../../../../image/view/path.ts';
import { getElfWords } from '../../elf-words.ts';
import { isExecutable, isFolder, listDescendantFiles } from '../../folder-index.ts';
import { findLibraries } from '../../library-index.ts';
import { findLiteralFolders } from '../../literal-folders.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { expandPattern } from '../../shell-pattern.ts';
import { readSettingsTokens, type SettingsTokens } from './read-tokens.ts';

/**
 * Files that settings name, if the settings themselves are in use. Relative names are looked up
 * beside the settings and in the directories that the reading program names.
 */
export const settingsPaths: ReachRule<SettingsTokens> = {
  id: 'settings-paths',
  version: 2,
  title: 'a settings file in use names it',
  spec: 'derived from traces of files that programs open',
  wants: [
    {
      role: 'settings',
      paths: [
        '/etc/*',
        '/etc/*/*',
        '/etc/*/*/*',
        '/etc/*/*/*/*',
        '**/*.conf',
        '**/*.cnf',
        '**/*.cfg',
        '**/*.ini',
        '**/*.cf',
        '**/*.properties',
        '**/*.yaml',
        '**/*.yml',
        '**/*.toml',
        '**/*.xml',
        '**/*.json',
        '**/*.env',
        '**/*.load',
      ],
      maxBytes: 'reachTextBytesMax',
      isHeadOnly: true,
      // Links in /etc lead to other settings, which are requested by their own path, or to programs
      // and their manuals (/etc/alternatives).
      isByOwnPath: true,
    },
  ],
  extract,
  findEdges,
};

/** Read by the loader, the C library and logins, which have their own rules; or not settings. */
const OTHERS =
  /^\/etc\/(?:ld\.so\.|nsswitch\.conf|hosts|services|protocols|passwd|group|shadow|gshadow|shells|login\.defs|pam\.|pam\.d\/|ssl\/certs\/|init\.d\/|rc[0-9S]\.d\/|mime\.types|default\/|profile)|\/node_modules\/|\/package(?:-lock)?\.json$/;
const NO_SETTINGS = ['#!', '-----BEGIN', ELF_MAGIC_TEXT] as const;

function extract({ path, content, sizeBytes, limits }: WantedFile): Extraction<SettingsTokens> {
  if (OTHERS.test(path) || sizeBytes > content.sizeBytes) {
    return {};
  }
  return {
    deferred: { content: [readWhole(content)], make: createTokensMaker(limits.reachStringsMax) },
  };
}

function createTokensMaker(tokensMax: number) {
  return ([content]: readonly Uint8Array[]): SettingsTokens | undefined => {
    const text = toBuffer(content).toString('utf8');
    if (NO_SETTINGS.some((start) => text.startsWith(start)) || text.includes('\0')) {
      return undefined;
    }
    const tokens = readSettingsTokens(text, tokensMax);
    return tokens.paths.length + tokens.modules.length === 0 ? undefined : tokens;
  };
}

function findEdges(node: ReachNode<SettingsTokens>, world: ReachWorld): readonly ReachEdge[] {
  const { path, fact } = node;
  if (fact === undefined) {
    return [];
  }
  const folders = listFolders(node, world);
  const found: ReachEdge[] = [];
  for (const [token, line] of fact.paths) {
    const witness = { path, line, token };
    const bases = token.startsWith('/') ? [''] : folders;
    for (const base of bases) {
      const whole = base === '' ? token : `${base}/${token}`;
      const named = expandPattern(whole, world).filter((one) => world.exists(one));
      // A pattern without a leading path means the files of the same program.
      const isOwnOnly = token.startsWith('*');
      for (const to of named) {
        if (!isOwnOnly || isOwn(to, path, world)) {
          appendAll(found, findFileEdges(to, witness, path, world));
        }
      }
    }
  }
  for (const [token, line] of fact.included) {
    const folder = token.replace(/(?<=.)\/$/, '');
    for (const to of isFolder(folder, world) ? listDescendantFiles(folder, world, 1) : []) {
      found.push({ to, strength: 'likely', witness: { path, line, token } });
    }
  }
  for (const [token, line] of fact.modules) {
    for (const to of findLibraries(`${token}.so`, world)) {
      found.push({ to, strength: 'likely', witness: { path, line, token } });
    }
  }
  return found;
}

/**
 * Returns the directory of the settings, its parents, and the directories that programs on the path
 * to it name.
 */
function listFolders(
  { path, listAncestors }: ReachNode<unknown>,
  world: ReachWorld,
): readonly string[] {
  const own = getParentPath(path);
  const named = listAncestors().flatMap((one) => {
    const words = getElfWords(one, world);
    return words === undefined
      ? []
      : findLiteralFolders(words, world).map(({ written }) => written);
  });
  const above = getParentPath(own);
  return [...new Set([own, ...(above.split('/').length > 2 ? [above] : []), ...named])];
}

function findFileEdges(
  to: string,
  witness: ReachEdge['witness'],
  from: string,
  world: ReachWorld,
): readonly ReachEdge[] {
  const real = world.view.findRealFolder(to);
  if (real === undefined) {
    return [{ to, strength: 'likely', witness }];
  }
  // The name of a shared directory is not evidence that its files are used.
  if (real.split('/').length < 3) {
    return [];
  }
  const files = listDescendantFiles(real, world);
  return files.every((file) => isOwn(file, from, world))
    ? files.map((file) => ({
        to: file,
        strength: isExecutable(file, world) || file.startsWith('/etc/') ? 'likely' : 'data',
        witness,
      }))
    : [];
}

function isOwn(path: string, from: string, world: ReachWorld): boolean {
  const source = world.findSource(world.view.resolve(path)?.path ?? path);
  return source === undefined || source === world.findSource(from);
}
