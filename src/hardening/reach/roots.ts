import { getBaseName } from '../../foundation/core/base-name.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { CONFIG_PATH, type Opacity, REQUEST_PATH } from '../../foundation/core/reach.ts';
import { SHELL_LINE_OPTION } from './command-words.ts';
import { isFolder, listDescendantFiles } from './folder-index.ts';
import { parseShell } from './language/shell/parse-shell.ts';
import { isCommonFolder } from './literal-folders.ts';
import type { ReachAdditions } from './reach-additions.ts';
import { type Root } from './reach-graph.ts';
import type { ReachWorld } from './rule-contract.ts';
import { findProgramPath, toAbsolutePath } from './shell/program-path.ts';
import { readShellProgram, type ShellReading } from './shell/shell-program.ts';
import { findWrappedCommand } from './shell/wrapped-command.ts';
import { SHELLS } from './shell/wrappers.data.ts';
import { expandPattern } from './shell-pattern.ts';

const WRAPPED_MAX = 8;

/**
 * Returns the files that the image starts: its command, found as the kernel would find it, with
 * wrapped commands and arguments that are files; its health check; the loader that environment
 * variables name; commands that the user adds.
 */
export function findRoots(
  world: ReachWorld,
  { commands = [], entrypoint, ...additions }: ReachAdditions = {},
): readonly Root[] {
  const { config } = world;
  const { command, healthcheck, environment } = config;
  const [kind, ...check] = healthcheck;
  const preload = environment.get('LD_PRELOAD') ?? '';
  const isReplaced = entrypoint !== undefined || additions.arguments !== undefined;
  const entry = findCommandRoots(command, 'entrypoint', world);
  return [
    ...(isReplaced ? entry.map(toRequestedRoot) : entry),
    ...commands.flatMap(({ words, rule }) =>
      findCommandRoots(words, rule, world).map(toRequestedRoot),
    ),
    ...(kind === 'CMD' ? findCommandRoots(check, 'healthcheck', world) : []),
    ...(kind === 'CMD-SHELL'
      ? findCommandRoots(['/bin/sh', '-c', ...check], 'healthcheck', world)
      : []),
    ...USER_FILES.map((path): Root => ({ ...toRoot(path, 'user', config.user), strength: 'data' })),
    ...preload
      .split(/[\s:]+/)
      .filter((path) => path.startsWith('/'))
      .map((path) => toRoot(path, 'preload', path)),
  ];
}

/** The configuration does not contain what the user requested. */
function toRequestedRoot(root: Root): Root {
  return { ...root, witness: { ...root.witness, path: REQUEST_PATH } };
}

/** Files in which the process user is looked up. */
const USER_FILES = ['/etc/passwd', '/etc/group'];

/** Returns a command and the commands that it wraps: `tini -- gosu app server` is three. */
function unwrapCommands(
  command: readonly string[],
  world: ReachWorld,
): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  let rest = command;
  for (let depth = 0; depth < WRAPPED_MAX && rest.length > 0; depth += 1) {
    found.push(rest);
    const [program = '', ...following] = rest;
    const at = findWrappedCommand(getBaseName(program), following, (word) => {
      const path = findProgramPath(word, world);
      return path !== undefined && world.exists(path);
    });
    rest = at === undefined ? [] : following.slice(at);
  }
  return found;
}

function findCommandRoots(
  command: readonly string[],
  rule: string,
  world: ReachWorld,
): readonly Root[] {
  return unwrapCommands(command, world).flatMap(([program = '', ...following]) => {
    const path = findProgramPath(program, world);
    return [
      ...(path === undefined ? [] : [toRoot(path, rule, program)]),
      ...findArgumentRoots(following, rule, world),
      ...profileRoots([program, ...following], rule, world),
      ...(readShellLine([program, ...following], world)?.uses ?? []).map(
        ({ to, kind, token }): Root => ({
          ...toRoot(to, kind === 'run' ? rule : `${rule}-argument`, token),
          strength: kind === 'handled' ? 'data' : 'required',
        }),
      ),
    ];
  });
}

/** Files that login and interactive shells read first. bash(1), "INVOCATION". */
function profileRoots(
  [program = '', ...following]: readonly string[],
  rule: string,
  world: ReachWorld,
): readonly Root[] {
  const isLogin = following.some((word) => /^(?:-[a-z]*l[a-z]*|--login)$/.test(word));
  const isRequested =
    isLogin || following.every((word) => /^-[a-z]+$/.test(word) && !word.includes('c'));
  const home = world.config.environment.get('HOME') ?? '/root';
  return SHELLS.has(getBaseName(program)) && isRequested
    ? [...PROFILES, ...HOME_PROFILES.map((name) => `${home}/${name}`)]
        .flatMap((pattern) => expandPattern(pattern, world))
        .map((path): Root => ({ ...toRoot(path, `${rule}-profile`, program), strength: 'likely' }))
    : [];
}

const PROFILES = ['/etc/profile', '/etc/profile.d/*.sh', '/etc/bash.bashrc', '/etc/inputrc'];
const HOME_PROFILES = ['.bash_profile', '.bash_login', '.profile', '.bashrc', '.inputrc'];

/** Analyzes a line for a shell: `sh -c LINE`; further words are its parameters. */
function readShellLine(command: readonly string[], world: ReachWorld): ShellReading | undefined {
  const [program = '', ...following] = command;
  const dash = following.findIndex((word) => SHELL_LINE_OPTION.test(word));
  const line = following[dash + 1];
  if (!SHELLS.has(getBaseName(program)) || dash < 0 || line === undefined) {
    return undefined;
  }
  const script = parseShell(line, DEFAULT_LIMITS);
  const parameters = following.slice(dash + 3);
  return readShellProgram({ path: CONFIG_PATH, script, parameters }, world, () => undefined);
}

/** Returns what remains open about the command itself: a shell runs any input. */
export function findEntryOpacities(world: ReachWorld): readonly Opacity[] {
  const base = { path: CONFIG_PATH, rule: 'entrypoint', scope: { kind: 'commands' } } as const;
  return unwrapCommands(world.config.command, world).flatMap((command): readonly Opacity[] => {
    const [program = '', ...following] = command;
    const reading = readShellLine(command, world);
    if (reading !== undefined) {
      return reading.opacities.map(({ what, token }) => ({
        ...base,
        what: `the command of the image: ${what}`,
        witness: { path: CONFIG_PATH, token },
      }));
    }
    const hasOption = following.some((word) => !word.startsWith('-') || word.startsWith('--'));
    return SHELLS.has(getBaseName(program)) && !hasOption
      ? [
          {
            ...base,
            scope: { kind: 'all' },
            what: SHELL_ENTRY,
            witness: { path: CONFIG_PATH, token: program },
          },
        ]
      : [];
  });
}

const SHELL_ENTRY =
  'the entry point is a shell, so every program it may be told to start is reachable';

/** Returns arguments that are files, including values of options: `--config=/etc/app.conf`. */
function findArgumentRoots(
  words: readonly string[],
  rule: string,
  world: ReachWorld,
): readonly Root[] {
  return words.flatMap((word) => {
    const value = word.slice(word.indexOf('=') + 1);
    const values = word.startsWith('-') ? [value] : [...new Set([word, value])];
    return values.flatMap((one) => {
      const isPath = one.includes('/') || /\.[A-Za-z0-9]{1,8}$/.test(one);
      const path = isPath ? toAbsolutePath(one, world) : undefined;
      return path !== undefined && path !== '/' && world.exists(path)
        ? [
            toRoot(path, `${rule}-argument`, word),
            ...findContentRoots(path, `${rule}-argument`, word, world),
          ]
        : [];
    });
  });
}

/**
 * If a program receives a directory, the files in it count as data, because their use is unknown.
 */
function findContentRoots(
  path: string,
  rule: string,
  token: string,
  world: ReachWorld,
): readonly Root[] {
  return isFolder(path, world) && !isCommonFolder(path, world)
    ? listDescendantFiles(path, world).map((to) => ({
        ...toRoot(to, rule, token),
        strength: 'data',
      }))
    : [];
}

function toRoot(to: string, rule: string, token: string): Root {
  return { to, rule, strength: 'required', witness: { path: CONFIG_PATH, token } };
}
