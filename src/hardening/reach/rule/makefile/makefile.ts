import { getBaseName } from '../../../../foundation/core/base-name.ts';
import { readText } from '../../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import { CONFIG_PATH, type Opacity } from '../../../../foundation/core/reach.ts';
import { splitLines } from '../../../../foundation/syntax/text/lines.ts';
import { findArguments } from '../../command-words.ts';
import { isExecutable } from '../../folder-index.ts';
import { parseShell } from '../../language/shell/parse-shell.ts';
import type { ShellScript } from '../../language/shell/shell-script.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { toAbsolutePath } from '../../shell/program-path.ts';
import { readShellProgram, type ShellReading } from '../../shell/shell-program.ts';

const NAMES = ['GNUmakefile', 'makefile', 'Makefile'];
const PROGRAM = /^(?:g|b)?make$/;

/**
 * The makefile in the directory in which make starts, and the commands of its recipes. Variables
 * and functions of make are not evaluated; a command from one of them is an opacity.
 */
export const makefile: ReachRule<ShellScript> = {
  id: 'makefile',
  version: 1,
  title: 'make runs or reads it',
  spec: 'GNU make manual, "Writing Recipes in Rules"',
  wants: [
    {
      role: 'makefile',
      paths: NAMES.map((name) => `**/${name}`),
      maxBytes: 'shellScriptBytesMax',
      isHeadOnly: true,
    },
  ],
  extract,
  findEdges,
  findOpacities,
};

function extract({ content, limits }: WantedFile): Extraction<ShellScript> {
  const text = readText(content);
  if (text.includes('\0')) {
    return {};
  }
  const scripts = [...splitLines(text)].flatMap(({ text: line, number }) => {
    const [, recipe] = /^\t[ \t]*[@+-]*(.*)$/.exec(line) ?? [];
    return recipe === undefined || recipe === ''
      ? []
      : [parseShell(toShellText(recipe), limits, number)];
  });
  const commands = scripts.flatMap((script) => script.commands).slice(0, limits.shellCommandsMax);
  return { fact: { commands, functions: [] } };
}

/** `$$` is a dollar sign for the shell; any other dollar sign starts a variable of make. */
function toShellText(recipe: string): string {
  return recipe.replace(/\$(?:\$|\(([A-Za-z_]\w*)\)|\([^)]*\)|.)/g, (whole, name?: string) => {
    if (whole === '$$') {
      return '$';
    }
    return name === undefined ? '"$MAKE_TEXT"' : `"$${name}"`;
  });
}

function findEdges(node: ReachNode<ShellScript>, world: ReachWorld): readonly ReachEdge[] {
  const { path } = node;
  if (PROGRAM.test(getBaseName(path))) {
    return findStartedEdges(world);
  }
  return (readCommands(node, world)?.uses ?? []).map(({ to, kind, line, token }) => {
    const isUsed = kind === 'run' || (kind === 'argument' && !isExecutable(to, world));
    return { to, strength: isUsed ? 'likely' : 'data', witness: { path, line, token } };
  });
}

function findStartedEdges(world: ReachWorld): readonly ReachEdge[] {
  return findArguments(world, (name) => PROGRAM.test(name)).flatMap((words) => {
    const getValue = (option: string): string | undefined => words[words.indexOf(option) + 1];
    const folder = words.includes('-C') ? (getValue('-C') ?? '.') : '.';
    const named = words.includes('-f') ? getValue('-f') : undefined;
    return (named === undefined ? NAMES : [named]).map((name): ReachEdge => {
      const token = named ?? (folder === '.' ? (world.config.command[0] ?? '') : folder);
      const to = toAbsolutePath(`${folder}/${name}`, world);
      return { to, strength: 'required', witness: { path: CONFIG_PATH, token } };
    });
  });
}

function readCommands(
  { path, fact }: ReachNode<ShellScript>,
  world: ReachWorld,
): ShellReading | undefined {
  return fact === undefined
    ? undefined
    : readShellProgram({ path, script: fact, parameters: [] }, world, () => undefined);
}

function findOpacities(
  node: ReachNode<ShellScript>,
  world: ReachWorld,
): readonly Omit<Opacity, 'rule' | 'path'>[] {
  return (readCommands(node, world)?.opacities ?? []).map(({ what, line, token }) => ({
    what,
    witness: { path: node.path, line, token },
    scope: { kind: 'commands' },
  }));
}
