import { getBaseName } from '../../../../foundation/core/base-name.ts';
import { readText } from '../../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import type { Limits } from '../../../../foundation/core/limits.ts';
import type { Opacity } from '../../../../foundation/core/reach.ts';
import { splitLines } from '../../../../foundation/syntax/text/lines.ts';
import { isExecutable, isFolder } from '../../folder-index.ts';
import { parseShell } from '../../language/shell/parse-shell.ts';
import type { ShellScript } from '../../language/shell/shell-script.ts';
import { ownWitness } from '../../own-witness.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { readShellProgram, type ShellReading } from '../../shell/shell-program.ts';
import { expandPattern } from '../../shell-pattern.ts';
import { SUPERVISORS, type Supervisor } from './supervisors.data.ts';

/** The command lines in a table of jobs or programs. */
type Fact = ShellScript;

/**
 * Programs that supervisors, init programs and job runners start, from their directories and
 * tables.
 */
export const supervisor: ReachRule<Fact> = {
  id: 'supervisor',
  version: 1,
  title: 'a supervisor or job runner starts it',
  spec: 'runsvdir(8); s6-svscan; supervisord configuration; crontab(5); systemd.service(5)',
  wants: [
    {
      role: 'crontab',
      paths: ['/etc/crontab', '/etc/cron.d/*', '/etc/anacrontab'],
      maxBytes: 'reachTextBytesMax',
      isHeadOnly: true,
    },
    {
      role: 'user-crontab',
      paths: ['/var/spool/cron/*', '/var/spool/cron/*/*', '/etc/crontabs/*'],
      maxBytes: 'reachTextBytesMax',
      isHeadOnly: true,
    },
    {
      role: 'programs',
      paths: [
        '**/supervisord.conf',
        '**/supervisor/*.conf',
        '**/supervisor/conf.d/*',
        '**/supervisord.d/*',
        '**/supervisor.d/*',
        '**/*.service',
        '/etc/inittab',
      ],
      maxBytes: 'reachTextBytesMax',
      isHeadOnly: true,
    },
  ],
  extract,
  findEdges,
  findOpacities,
};

function extract({ role, content, limits }: WantedFile): Extraction<Fact> {
  const lines = [...splitLines(readText(content))].flatMap(
    ({ text, number }): readonly Placed[] => {
      const command =
        role === 'programs' ? parseProgramLine(text) : parseJobLine(text, role === 'crontab');
      return command === undefined ? [] : [{ command, line: number }];
    },
  );
  return lines.length === 0 ? {} : { fact: createScript(lines, limits) };
}

interface Placed {
  readonly command: string;
  readonly line: number;
}

/** `command=…` of supervisord, `ExecStart=…` of systemd, `id:levels:action:command` of init. */
function parseProgramLine(text: string): string | undefined {
  const found =
    /^[ \t]*(?:command|ExecStart(?:Pre|Post)?|ExecReload)[ \t]*=[ \t]*[-@:+!]*(\S.*)$/.exec(text) ??
    /^[^:#\s]*:[^:]*:(?:respawn|wait|once|sysinit|boot|bootwait|askfirst):(\S.*)$/.exec(text);
  return found?.[1];
}

/** The five time fields or a keyword, followed by the user in the system's table. */
function parseJobLine(text: string, hasUser: boolean): string | undefined {
  const words = text.trim().split(/[ \t]+/);
  const [first = ''] = words;
  if (first === '' || first.startsWith('#') || /^[A-Za-z_]+[ \t]*=/.test(text)) {
    return undefined;
  }
  const fields = first.startsWith('@') ? 1 : 5;
  const command = words.slice(fields + (hasUser ? 1 : 0)).join(' ');
  return command === '' ? undefined : command.split(/(?<!\\)%/, 1)[0];
}

function createScript(lines: readonly Placed[], limits: Limits): ShellScript {
  const scripts = lines.map(({ command, line }) => parseShell(command, limits, line));
  return {
    commands: scripts.flatMap(({ commands }) => commands).slice(0, limits.shellCommandsMax),
    functions: [],
  };
}

function findEdges(node: ReachNode<Fact>, world: ReachWorld): readonly ReachEdge[] {
  const { path } = node;
  const isProgram = isExecutable(path, world);
  const listed = SUPERVISORS.filter(({ names }) => isProgram && names.includes(getBaseName(path)));
  return [
    ...listed.flatMap((one) => findStarted(path, one, world)),
    ...(readCommands(node, world)?.uses ?? []).map(({ to, kind, line, token }): ReachEdge => {
      const isUsed = kind === 'run' || (kind === 'argument' && !isExecutable(to, world));
      return { to, strength: isUsed ? 'likely' : 'data', witness: { path, line, token } };
    }),
  ];
}

function findStarted(
  path: string,
  { starts }: Supervisor,
  world: ReachWorld,
): readonly ReachEdge[] {
  return starts.flatMap((pattern) =>
    (pattern.startsWith('/')
      ? expandPattern(pattern, world)
      : [world.findCommandPath(pattern)].filter((found) => found !== undefined)
    )
      .filter((to) => world.exists(to) && !isFolder(to, world))
      .map((to): ReachEdge => ({ to, strength: 'likely', witness: ownWitness(path, world) })),
  );
}

function readCommands(
  { path, fact }: ReachNode<Fact>,
  world: ReachWorld,
): ShellReading | undefined {
  return fact === undefined
    ? undefined
    : readShellProgram({ path, script: fact, parameters: [] }, world, () => undefined);
}

function findOpacities(
  node: ReachNode<Fact>,
  world: ReachWorld,
): readonly Omit<Opacity, 'rule' | 'path'>[] {
  const { path } = node;
  return (readCommands(node, world)?.opacities ?? []).map(({ what, line, token }) => ({
    what,
    witness: { path, line, token },
    scope: { kind: 'commands' },
  }));
}
