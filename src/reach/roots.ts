import type { ReachWorld } from './rule-contract.ts';
import { CONFIG_PATH, type Root } from './reach-graph.ts';

/** Programs that start their arguments as a command and otherwise do nothing that matters here. */
const WRAPPERS: ReadonlySet<string> = new Set([
  'tini',
  'tini-static',
  'dumb-init',
  'catatonit',
  'gosu',
  'su-exec',
  'setpriv',
  'env',
  'nice',
  'exec',
  'chroot',
  'sudo',
  'docker-entrypoint.sh',
  'docker-init',
]);

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
    ...preload
      .split(/[\s:]+/)
      .filter((path) => path.startsWith('/'))
      .map((path) => rootAt(path, 'preload', path)),
  ];
}

function commandRoots(
  command: readonly string[],
  rule: string,
  world: ReachWorld,
): readonly Root[] {
  const roots: Root[] = [];
  let rest = command;
  for (let depth = 0; depth < WRAPPED_MAX && rest.length > 0; depth += 1) {
    const [program = '', ...following] = rest;
    const path = programPath(program, world);
    if (path !== undefined) {
      roots.push(rootAt(path, rule, program));
    }
    const name = program.slice(program.lastIndexOf('/') + 1);
    roots.push(...argumentRoots(following, rule, world));
    if (!WRAPPERS.has(name)) {
      break;
    }
    rest = wrapped(following, world);
  }
  return roots;
}

/** The command behind the options of a wrapper: after `--`, or the first word that is a program. */
function wrapped(words: readonly string[], world: ReachWorld): readonly string[] {
  const dashes = words.indexOf('--');
  if (dashes !== -1) {
    return words.slice(dashes + 1);
  }
  const index = words.findIndex(
    (word) =>
      !word.startsWith('-') && !word.includes('=') && programPath(word, world) !== undefined,
  );
  return index === -1 ? [] : words.slice(index);
}

function programPath(program: string, world: ReachWorld): string | undefined {
  if (program.includes('/')) {
    return absolute(program, world);
  }
  return world.commandPath(program);
}

/** Arguments that are files, also as the value of an option: `--config=/etc/app.conf`. */
function argumentRoots(words: readonly string[], rule: string, world: ReachWorld): readonly Root[] {
  return words.flatMap((word) => {
    const value = word.startsWith('-') ? word.slice(word.indexOf('=') + 1) : word;
    const isPath = value.includes('/') || /\.[A-Za-z0-9]{1,8}$/.test(value);
    const path = isPath ? absolute(value, world) : undefined;
    return path !== undefined && path !== '/' && world.isThere(path)
      ? [rootAt(path, `${rule}-argument`, word)]
      : [];
  });
}

function absolute(path: string, { config }: ReachWorld): string {
  return path.startsWith('/') ? path : `${config.workingFolder.replace(/\/$/, '')}/${path}`;
}

function rootAt(to: string, rule: string, token: string): Root {
  return { to, rule, strength: 'required', witness: { path: CONFIG_PATH, token } };
}
