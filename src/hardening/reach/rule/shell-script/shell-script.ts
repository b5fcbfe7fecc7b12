import { readWhole, toBuffer } from '../../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import { SCRIPT_MAGIC } from '../../../../foundation/core/executable-file.ts';
import { DEFAULT_LIMITS } from '../../../../foundation/core/limits.ts';
import type { Opacity } from '../../../../foundation/core/reach.ts';
import { splitLines } from '../../../../foundation/syntax/text/lines.ts';
import { isExecutable } from '../../folder-index.ts';
import { parseShell } from '../../language/shell/parse-shell.ts';
import type { ShellCommand, ShellScript } from '../../language/shell/shell-script.ts';
import { ownFact } from '../../own-fact.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { findCommandWord } from '../../shell/program-path.ts';
import { readShellProgram, type ShellReading } from '../../shell/shell-program.ts';
import { getConstant } from '../../shell/shell-values.ts';

/** The interpreters that a first line may name. */
const SHELL_LINE =
  /^#![ \t]*(?:\S*\/)?(?:env[ \t]+(?:-S[ \t]*)?(?:\S*\/)?)?(?:with-contenv[ \t]+)?(?:ba|da|a|k|mk|z)?sh(?:[ \t]|$)/;
const ANY_LINE = /^#!/;
const EXECLINE = /^#![ \t]*\S*\/execlineb(?:[ \t]|$)/;

/** The text of a script. Most scripts of an image are never reached, so parsing is lazy. */
export interface ShellSource {
  readonly text: string;
  readonly isExecline?: true;
}

/**
 * Files that shell scripts run, source and pass to programs, by the grammar of the shell. Values
 * that only exist at run time are opacities.
 */
export const shellScript: ReachRule<ShellSource> = {
  id: 'shell-script',
  version: 3,
  title: 'a shell script runs or reads it',
  spec: 'POSIX.1-2024, Shell Command Language; Bash Reference Manual',
  wants: [
    {
      role: 'script',
      magic: [SCRIPT_MAGIC],
      paths: [
        '**/*.sh',
        '**/*.bash',
        '**/*.envsh',
        '/etc/profile',
        '/etc/bash.bashrc',
        '/etc/default/*',
        '/etc/sysconfig/*',
        '/etc/conf.d/*',
        '/etc/apache2/envvars',
        '**/lsb/init-functions',
        '/lib/lsb/init-functions.d/*',
        '**/lib/init/*',
        '/etc/rc.d/init.d/functions',
        '**/.bashrc',
        '**/.profile',
      ],
      maxBytes: 'shellScriptBytesMax',
      isHeadOnly: true,
    },
    {
      role: 'settings',
      paths: ['/etc/*', '/etc/*/*.conf', '/usr/lib/os-release'],
      maxBytes: 'shellScriptBytesMax',
      isHeadOnly: true,
      // If /etc/os-release is a link, it leads to its file; other links lead to programs and data.
      isByOwnPath: true,
    },
  ],
  extract,
  findEdges,
  findOpacities,
};

function extract({ path, content }: WantedFile): Extraction<ShellSource> {
  const bytes = toBuffer(readWhole(content));
  const head = bytes.toString('latin1', 0, 256).split('\n', 1)[0] ?? '';
  const isExecline = EXECLINE.test(head);
  const hasLine = ANY_LINE.test(head);
  if (hasLine && !isExecline && !SHELL_LINE.test(head)) {
    return {};
  }
  const make = createSourceMaker(isExecline, hasLine || !isBare(path));
  return { deferred: { content: [bytes], make } };
}

/** @param isScript whether it is a script regardless of its content */
function createSourceMaker(isExecline: boolean, isScript: boolean) {
  return ([content]: readonly Uint8Array[]): ShellSource | undefined => {
    const text = toBuffer(content).toString('utf8');
    if (isExecline) {
      return { text, isExecline };
    }
    return text.includes('\0') || !(isScript || isAssignments(text)) ? undefined : { text };
  };
}

/**
 * Files of settings, which scripts source, do not start with `#!`. They are kept if they only contain
 * assignments.
 */
function isBare(path: string): boolean {
  return (
    /^(?:\/etc\/(?:[^/]+|[^/]+\/[^/]+\.conf)|\/usr\/lib\/os-release)$/.test(path) &&
    !NAMED_SCRIPTS.has(path)
  );
}

const NAMED_SCRIPTS: ReadonlySet<string> = new Set(['/etc/profile', '/etc/bash.bashrc']);
const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?[A-Za-z_][A-Za-z0-9_]*=/;

function isAssignments(text: string): boolean {
  return splitLines(text).every(
    ({ text: line }) => /^[ \t]*(?:#|$)/.test(line) || ASSIGNMENT.test(line),
  );
}

/** Shell commands that neither run nor name anything; nested commands are kept. */
const IDLE: ReadonlySet<string> = new Set([
  '[',
  'break',
  'continue',
  'echo',
  'exit',
  'false',
  'printf',
  'return',
  'shift',
  'test',
  'true',
  'umask',
]);

/** Most commands of a script print or test something; they are dropped. */
function dropIdleCommands(script: ShellScript): ShellScript {
  const numbers: number[] = [];
  const commands: ShellCommand[] = [];
  for (const { inputIndex, ...command } of script.commands) {
    const [first] = command.words;
    const isIdle =
      IDLE.has(getConstant(first ?? []) ?? '') &&
      command.assignments.length + command.inputs.length === 0;
    const feeder = inputIndex === undefined ? undefined : numbers[inputIndex];
    numbers.push(isIdle ? -1 : commands.length);
    if (!isIdle) {
      const isFed = feeder !== undefined && feeder >= 0;
      commands.push(isFed ? { ...command, inputIndex: feeder } : command);
    }
  }
  return { ...script, commands };
}

const scripts = new WeakMap<ShellSource, ShellScript>();

function getScript(source: ShellSource): ShellScript {
  const made = scripts.get(source) ?? parseSource(source);
  scripts.set(source, made);
  return made;
}

function parseSource({ text, isExecline }: ShellSource): ShellScript {
  return isExecline === true
    ? parseExecline(text, DEFAULT_LIMITS.shellCommandsMax)
    : dropIdleCommands(parseShell(text, DEFAULT_LIMITS));
}

/** execline has no command grammar: each program starts the remaining words. */
function parseExecline(text: string, commandsMax: number): ShellScript {
  const commands = [...splitLines(text)].flatMap(({ text: line, number }) =>
    line
      .replace(/^[ \t]*#.*$/, '')
      .split(/[ \t"]+/)
      .filter((word) => word !== '')
      .map((word) => ({
        line: number,
        words: [[{ kind: 'text', text: word, isQuoted: false } as const]],
        assignments: [],
        inputs: [],
      })),
  );
  return { commands: commands.slice(0, commandsMax), functions: [] };
}

const readings = new WeakMap<ReachWorld, Map<string, ShellReading>>();

function readCommands({ path, fact }: ReachNode<ShellSource>, world: ReachWorld): ShellReading {
  const known = readings.get(world) ?? new Map<string, ShellReading>();
  readings.set(world, known);
  const found = known.get(path);
  if (found !== undefined || fact === undefined) {
    return found ?? { uses: [], opacities: [], sourced: new Set() };
  }
  const start = { path, script: getScript(fact), parameters: findParameters(path, world) };
  const made = readShellProgram(start, world, (at) => findScript(at, world));
  known.set(path, made);
  return made;
}

function findScript(path: string, world: ReachWorld): ShellScript | undefined {
  const source = ownFact(shellScript, path, world);
  return source === undefined ? undefined : getScript(source);
}

/** Returns the words after the name of a script in the command that the image starts it with. */
function findParameters(path: string, world: ReachWorld): readonly string[] | undefined {
  const index = findCommandWord(path, world);
  return index === undefined ? undefined : world.config.command.slice(index + 1);
}

/** Sourced scripts are analyzed as part of the script. */
function isSourced({ path, listAncestors }: ReachNode<ShellSource>, world: ReachWorld): boolean {
  return listAncestors().some((one) => readings.get(world)?.get(one)?.sourced.has(path) === true);
}

function findEdges(node: ReachNode<ShellSource>, world: ReachWorld): readonly ReachEdge[] {
  if (node.fact === undefined || isSourced(node, world)) {
    return [];
  }
  return readCommands(node, world).uses.map(({ to, kind, path, line, token }) => ({
    to,
    // A program that is only passed on, as to a test for its existence, is not run by that.
    strength:
      kind === 'run' || (kind === 'argument' && !isExecutable(to, world)) ? 'likely' : 'data',
    witness: { path, line, token },
  }));
}

function findOpacities(
  node: ReachNode<ShellSource>,
  world: ReachWorld,
): readonly Omit<Opacity, 'rule' | 'path'>[] {
  if (node.fact === undefined || isSourced(node, world)) {
    return [];
  }
  return readCommands(node, world).opacities.map(({ what, path, line, token }) => ({
    what,
    witness: { path, line, token },
    scope: { kind: 'commands' },
  }));
}
