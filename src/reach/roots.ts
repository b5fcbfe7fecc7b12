import { DEFAULT_LIMITS } from '../core/limits.ts';
import type { Opacity } from '../core/reach.ts';
import { nameOf } from '../view/path.ts';
import { SHELL_LINE_OPTION } from './command-words.ts';
import { filesBelow, isFolder } from './folder-index.ts';
import { parseShell } from './language/shell/parse-shell.ts';
import { isCommonFolder } from './literal-folders.ts';
import { CONFIG_PATH, type Root } from './reach-graph.ts';
import type { ReachWorld } from './rule-contract.ts';
import { absolutePath, programPath } from './shell/program-path.ts';
import { readShellProgram, type ShellReading } from './shell/shell-program.ts';
import { wrappedAt } from './shell/wrapped-command.ts';
import { SHELLS } from './shell/wrappers.data.ts';
import { expandPattern } from './shell-pattern.ts';

const WRAPPED_MAX = 8;

/**
 * What the image starts: its command, found as the kernel would, with what it wraps and those of
 * its arguments that are files; its health check; the loader that environment variables name.
 */
export function rootsOf(world: ReachWorld): readonly Root[] {
  const { config } = world;
  const { command, healthcheck, environment } = config;
  const [kind, ...check] = healthcheck;
  const preload = environment.get('LD_PRELOAD') ?? '';
  return [
    ...commandRoots(command, 'entrypoint', world),
    ...(kind === 'CMD' ? commandRoots(check, 'healthcheck', world) : []),
    ...(kind === 'CMD-SHELL'
      ? commandRoots(['/bin/sh', '-c', ...check], 'healthcheck', world)
      : []),
    ...USER_FILES.map((path): Root => ({ ...rootAt(path, 'user', config.user), strength: 'data' })),
    ...preload
      .split(/[\s:]+/)
      .filter((path) => path.startsWith('/'))
      .map((path) => rootAt(path, 'preload', path)),
  ];
}

/** Who runs the process is looked up in them. */
const USER_FILES = ['/etc/passwd', '/etc/group'];

/** A command and those that it wraps: `tini -- gosu app server` is three. */
function wrappedCommands(
  command: readonly string[],
  world: ReachWorld,
): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  let rest = command;
  for (let depth = 0; depth < WRAPPED_MAX && rest.length > 0; depth += 1) {
    found.push(rest);
    const [program = '', ...following] = rest;
    const at = wrappedAt(nameOf(program), following, (word) => {
      const path = programPath(word, world);
      return path !== undefined && world.isThere(path);
    });
    rest = at === undefined ? [] : following.slice(at);
  }
  return found;
}

function commandRoots(
  command: readonly string[],
  rule: string,
  world: ReachWorld,
): readonly Root[] {
  return wrappedCommands(command, world).flatMap(([program = '', ...following]) => {
    const path = programPath(program, world);
    return [
      ...(path === undefined ? [] : [rootAt(path, rule, program)]),
      ...argumentRoots(following, rule, world),
      ...profileRoots([program, ...following], rule, world),
      ...(shellReading([program, ...following], world)?.uses ?? []).map(
        ({ to, kind, token }): Root => ({
          ...rootAt(to, kind === 'run' ? rule : `${rule}-argument`, token),
          strength: kind === 'handled' ? 'data' : 'required',
        }),
      ),
    ];
  });
}

/** What a shell reads first that people log in to or type commands in. bash(1), "INVOCATION". */
function profileRoots(
  [program = '', ...following]: readonly string[],
  rule: string,
  world: ReachWorld,
): readonly Root[] {
  const isLogin = following.some((word) => /^(?:-[a-z]*l[a-z]*|--login)$/.test(word));
  const isAsked =
    isLogin || following.every((word) => /^-[a-z]+$/.test(word) && !word.includes('c'));
  const home = world.config.environment.get('HOME') ?? '/root';
  return SHELLS.has(nameOf(program)) && isAsked
    ? [...PROFILES, ...HOME_PROFILES.map((name) => `${home}/${name}`)]
        .flatMap((pattern) => expandPattern(pattern, world))
        .map((path): Root => ({ ...rootAt(path, `${rule}-profile`, program), strength: 'likely' }))
    : [];
}

const PROFILES = ['/etc/profile', '/etc/profile.d/*.sh', '/etc/bash.bashrc', '/etc/inputrc'];
const HOME_PROFILES = ['.bash_profile', '.bash_login', '.profile', '.bashrc', '.inputrc'];

/** What a line for a shell does: `sh -c LINE`, whose further words are its parameters. */
function shellReading(command: readonly string[], world: ReachWorld): ShellReading | undefined {
  const [program = '', ...following] = command;
  const dash = following.findIndex((word) => SHELL_LINE_OPTION.test(word));
  const line = following[dash + 1];
  if (!SHELLS.has(nameOf(program)) || dash < 0 || line === undefined) {
    return undefined;
  }
  const script = parseShell(line, DEFAULT_LIMITS);
  const parameters = following.slice(dash + 3);
  return readShellProgram({ path: CONFIG_PATH, script, parameters }, world, () => undefined);
}

/** What of the command itself nobody can tell: a shell takes whatever it is given. */
export function entryOpacities(world: ReachWorld): readonly Opacity[] {
  const base = { path: CONFIG_PATH, rule: 'entrypoint', scope: { kind: 'commands' } } as const;
  return wrappedCommands(world.config.command, world).flatMap((command): readonly Opacity[] => {
    const [program = '', ...following] = command;
    const reading = shellReading(command, world);
    if (reading !== undefined) {
      return reading.doubts.map(({ what, token }) => ({
        ...base,
        what: `the command of the image: ${what}`,
        witness: { path: CONFIG_PATH, token },
      }));
    }
    const isAsking = following.some((word) => !word.startsWith('-') || word.startsWith('--'));
    return SHELLS.has(nameOf(program)) && !isAsking
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

/** Arguments that are files, also as the value of an option: `--config=/etc/app.conf`. */
function argumentRoots(words: readonly string[], rule: string, world: ReachWorld): readonly Root[] {
  return words.flatMap((word) => {
    const value = word.slice(word.indexOf('=') + 1);
    const values = word.startsWith('-') ? [value] : [...new Set([word, value])];
    return values.flatMap((one) => {
      const isPath = one.includes('/') || /\.[A-Za-z0-9]{1,8}$/.test(one);
      const path = isPath ? absolutePath(one, world) : undefined;
      return path !== undefined && path !== '/' && world.isThere(path)
        ? [
            rootAt(path, `${rule}-argument`, word),
            ...contentRoots(path, `${rule}-argument`, word, world),
          ]
        : [];
    });
  });
}

/** What a program does with a folder that it is given nobody knows: its files are data. */
function contentRoots(
  path: string,
  rule: string,
  token: string,
  world: ReachWorld,
): readonly Root[] {
  return isFolder(path, world) && !isCommonFolder(path, world)
    ? filesBelow(path, world).map((to) => ({ ...rootAt(to, rule, token), strength: 'data' }))
    : [];
}

function rootAt(to: string, rule: string, token: string): Root {
  return { to, rule, strength: 'required', witness: { path: CONFIG_PATH, token } };
}
