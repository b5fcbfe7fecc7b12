import type { ReachStrength, Witness } from '../../../../foundation/core/reach.ts';
import { type ElfWords, getElfWords } from '../../elf-words.ts';
import { isFolder } from '../../folder-index.ts';
import { ownWitness } from '../../own-witness.ts';
import { findPluginHosts } from '../../plugin-host.ts';
import { LIBRARY_FOLDERS } from '../../plugin-hosts.data.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { expandPattern } from '../../shell-pattern.ts';

/**
 * Modules that a program or library loads from its own directories, by a table. Its settings or its
 * callers choose among them; the rule for settings rates modules as likely if settings name them.
 */
export const pluginRegistry: ReachRule<never> = {
  id: 'plugin-registry',
  version: 1,
  title: 'the directory from which the program loads modules contains it',
  spec: 'the documentation of each host; see plugin-hosts.data.ts',
  wants: [],
  extract: () => ({}),
  findEdges,
};

interface Host {
  readonly path: string;
  readonly words: ElfWords;
}

function findEdges({ path }: ReachNode<never>, world: ReachWorld): readonly ReachEdge[] {
  const words = getElfWords(path, world);
  if (words === undefined) {
    return [];
  }
  return findPluginHosts(path).flatMap(({ modules, strength, settings = [], data = [] }) => [
    ...findMatching({ path, words }, modules, strength, world),
    ...findMatching({ path, words }, settings, 'likely', world),
    ...findMatching({ path, words }, data, 'data', world),
  ]);
}

function findMatching(
  host: Host,
  patterns: readonly string[],
  strength: ReachStrength,
  world: ReachWorld,
): readonly ReachEdge[] {
  return patterns.flatMap((token) =>
    withFolders(token)
      .flatMap((one) => expandPattern(one, world))
      .filter((to) => world.exists(to) && !isFolder(to, world))
      .map((to): ReachEdge => ({ to, strength, witness: toWitness(host, token, world) })),
  );
}

/** Uses a literal that contains a name of the pattern, if there is one. */
function toWitness({ path, words }: Host, pattern: string, world: ReachWorld): Witness {
  const names = pattern
    .split('/')
    .filter((name) => /^[\w.-]{4,}$/.test(name) && name !== 'modules');
  const literals = [...words.paths, ...words.libraries, ...words.names];
  const found = literals.find(([text]) => names.some((name) => text.includes(name)));
  return found === undefined
    ? ownWitness(path, world)
    : { path, offset: found[1], token: found[0] };
}

function withFolders(pattern: string): readonly string[] {
  return pattern.startsWith('{lib}')
    ? LIBRARY_FOLDERS.map((folder) => folder + pattern.slice('{lib}'.length))
    : [pattern];
}
