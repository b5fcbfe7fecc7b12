import { getBaseName } from '../../../../foundation/core/base-name.ts';
import { CONFIG_PATH, type ReachStrength } from '../../../../foundation/core/reach.ts';
import { findArguments, listCommandLines, splitWords } from '../../command-words.ts';
import type { ReachEdge } from '../../rule-contract.ts';
import { toAbsolutePath } from '../../shell/program-path.ts';
import { type NodeSearch, resolveModule, resolvePath } from './resolve-module.ts';

const PROGRAM = /^node(?:js)?$/;
const MANAGER = /^(?:npm|pnpm|yarn|npx|bun)$/;
/** Files that a package manager reads in its working directory. */
const MANAGED_FILES = [
  'package.json',
  'package-lock.json',
  'npm-shrinkwrap.json',
  'node_modules/.package-lock.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
];
const LOADING = new Set(['-r', '--require', '--import', '--loader', '--experimental-loader']);
const WITH_VALUE = new Set([...LOADING, '-C', '--conditions', '-e', '--eval', '-p', '--print']);

/**
 * Returns the files that the command lines of the image pass to Node.js, npm and similar programs.
 */
export function findStartedEdges(program: string, search: NodeSearch): readonly ReachEdge[] {
  const { world } = search;
  const lines = findArguments(world, (name) => PROGRAM.test(name));
  const options = splitWords(world.config.environment.get('NODE_OPTIONS') ?? '');
  const scripts = readScripts(search);
  const isManaged = listCommandLines(world).some((words) => words.some(isManager));
  const read = isManaged ? MANAGED_FILES : [];
  return [
    ...read.map((name) => toEdge(toAbsolutePath(name, world), 'data', name)),
    ...lines.flatMap((words) => [...findMainEdges(words, search), ...loadEdges(words, search)]),
    ...loadEdges(options, search),
    ...scripts.flatMap((words) => findScriptEdges(words, search)),
  ].filter(({ to }) => to !== program);
}

function toEdge(to: string, strength: ReachStrength, token: string): ReachEdge {
  return { to, strength, witness: { path: CONFIG_PATH, token } };
}

/** The first word that is not an option. */
function findMainEdges(words: readonly string[], search: NodeSearch): readonly ReachEdge[] {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (WITH_VALUE.has(word)) {
      at += 1;
    } else if (!word.startsWith('-')) {
      const { files, manifests } = resolvePath(toAbsolutePath(word, search.world), search);
      return [
        ...files.map((to) => toEdge(to, 'required', word)),
        ...manifests.map((to) => toEdge(to, 'data', word)),
      ];
    }
  }
  return [];
}

function loadEdges(words: readonly string[], search: NodeSearch): readonly ReachEdge[] {
  return words.flatMap((word, index) => {
    const [option = '', value = words[index + 1] ?? ''] = word.split('=', 2);
    if (!LOADING.has(option)) {
      return [];
    }
    const from = toAbsolutePath('x', search.world);
    const { files } = resolveModule(value, from, 'require', search);
    return files.map((to) => toEdge(to, 'required', value));
  });
}

function isManager(word: string): boolean {
  return MANAGER.test(getBaseName(word));
}

/**
 * Returns the script that `npm start` or `yarn run x` runs, with the scripts before and after it.
 */
function readScripts(search: NodeSearch): readonly (readonly string[])[] {
  const { world } = search;
  const manifest = search.getManifest(world.config.workingFolder.replace(/\/$/, '') || '/');
  return listCommandLines(world).flatMap((words) => {
    const at = words.findIndex(isManager);
    if (at === -1) {
      return [];
    }
    const plain = words.slice(at + 1).filter((word) => !word.startsWith('-') && word !== 'run');
    const [name = 'start'] = plain;
    const scripts = [`pre${name}`, name, `post${name}`].flatMap(
      (one) => manifest?.scripts?.[one] ?? [],
    );
    return scripts.length > 0 ? scripts.map(splitWords) : [plain];
  });
}

/** Programs of packages take precedence over those of the system. */
function findScriptEdges(words: readonly string[], search: NodeSearch): readonly ReachEdge[] {
  const { world } = search;
  const main = words.findIndex((word) => PROGRAM.test(word));
  const folder = toAbsolutePath('node_modules/.bin', world);
  return [
    ...(main === -1 ? [] : findMainEdges(words.slice(main + 1), search)),
    ...words.flatMap((word) => {
      const own = `${folder}/${word}`;
      const path = world.exists(own) ? own : world.findCommandPath(word);
      return path === undefined || !/^[\w@.+-]+$/.test(word) ? [] : [toEdge(path, 'likely', word)];
    }),
  ];
}
