import { readWhole, toBuffer } from '../../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import { SCRIPT_MAGIC } from '../../../../foundation/core/executable-file.ts';
import { DEFAULT_LIMITS } from '../../../../foundation/core/limits.ts';
import type { Opacity, ReachStrength, Witness } from '../../../../foundation/core/reach.ts';
import { isElf } from '../../elf-words.ts';
import { isExecutable, isFolder, listDescendantFiles } from '../../folder-index.ts';
import { parseShell } from '../../language/shell/parse-shell.ts';
import type { StartedUse } from '../../language/started-commands.ts';
import { readStartedCommands, type StartingLanguage } from '../../language/started-commands.ts';
import { STARTED_CODEC } from '../../language/use-codec.ts';
import { isCommonFolder } from '../../literal-folders.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { findProgramPath } from '../../shell/program-path.ts';
import { readShellProgram, type ShellReading } from '../../shell/shell-program.ts';

/**
 * Programs that scripts start: a literal is followed; a computed name is an opacity. The callers
 * name the programs that the standard library of a language starts.
 */
export const scriptCommands: ReachRule<string> = {
  id: 'script-commands',
  version: 2,
  title: 'a script starts or names it',
  spec: 'documentation of subprocess, perlfunc(1), Kernel of Ruby, PHP "Program execution", child_process',
  wants: [
    {
      role: 'source',
      paths: [
        '**/*.py',
        '**/*.pm',
        '**/*.pl',
        '**/*.rb',
        '**/*.php',
        '**/*.js',
        '**/*.cjs',
        '**/*.mjs',
      ],
      maxBytes: 'programFileBytesMax',
      isHeadOnly: true,
      isDeferrable: true,
    },
    {
      role: 'script',
      magic: [SCRIPT_MAGIC],
      maxBytes: 'programFileBytesMax',
      isHeadOnly: true,
    },
  ],
  extract,
  findEdges,
  findOpacities,
};

const LANGUAGES: ReadonlyMap<string, StartingLanguage> = new Map([
  ['py', 'python'],
  ['pl', 'perl'],
  ['pm', 'perl'],
  ['rb', 'ruby'],
  ['php', 'php'],
  ['js', 'node'],
  ['cjs', 'node'],
  ['mjs', 'node'],
]);
const HEAD_BYTES = 256;
const INTERPRETER = /^#!.*?[/ ](python|perl|ruby|php|node)[0-9.]*(?:js)?(?:\s|$)/;

function extract({ role, path, content, limits }: WantedFile): Extraction<string> {
  const bytes = toBuffer(readWhole(content));
  if (role === 'script' && detectInterpreter(bytes) === undefined) {
    return {};
  }
  const extension =
    role === 'script' ? undefined : LANGUAGES.get(path.slice(path.lastIndexOf('.') + 1));
  const make = createUsesMaker(extension, limits.programUsesMax);
  return { deferred: { content: [bytes], make } };
}

function detectInterpreter(bytes: Buffer): StartingLanguage | undefined {
  const head = bytes.toString('latin1', 0, HEAD_BYTES).split('\n', 1)[0] ?? '';
  return INTERPRETER.exec(head)?.[1] as StartingLanguage | undefined;
}

/** @param extension the language by file name; absent if the first line determines it */
function createUsesMaker(extension: StartingLanguage | undefined, usesMax: number) {
  return ([content]: readonly Uint8Array[]): string | undefined => {
    const bytes = toBuffer(content);
    const named = detectInterpreter(bytes);
    const language = extension ?? named;
    if (language === undefined) {
      return undefined;
    }
    // Scripts and Perl modules name the programs of their package by absolute paths.
    const hasPaths = named !== undefined || language === 'perl';
    const uses = readStartedCommands(bytes, { language, usesMax, hasPaths });
    return uses.length === 0 ? undefined : STARTED_CODEC.encode(uses);
  };
}

/** Libraries of a language: their callers name the programs that they start. */
const STANDARD =
  /\/(?:lib(?:64|exec)?\/python\d[\d.]*\/(?!(?:site|dist)-packages\/)|lib\/(?:\S+\/)?(?:ruby|perl|perl-base|perl5)\/\d|share\/perl\/\d|rubygems\/)/;

function findEdges(node: ReachNode<string>, world: ReachWorld): readonly ReachEdge[] {
  const { path, fact } = node;
  const uses = fact === undefined ? [] : STARTED_CODEC.decode(fact);
  return uses.flatMap((use) => findUseEdges(use, path, world));
}

function findUseEdges(use: StartedUse, path: string, world: ReachWorld): readonly ReachEdge[] {
  const witness = { path, line: use.line, token: use.text };
  switch (use.kind) {
    case 'command':
      return findCommandEdges(use.text, witness, world);
    case 'shell-line':
      return findLineEdges(use, path, world);
    case 'path':
      return findPathEdges(use.text, witness, world);
    default:
      return [];
  }
}

function rateWitness({ path }: Witness): ReachStrength {
  return STANDARD.test(path) ? 'possible' : 'likely';
}

function findCommandEdges(text: string, witness: Witness, world: ReachWorld): readonly ReachEdge[] {
  const to = findProgramPath(text, world);
  return to !== undefined && isExecutable(to, world)
    ? [{ to, strength: rateWitness(witness), witness }]
    : [];
}

function findLineEdges(use: StartedUse, path: string, world: ReachWorld): readonly ReachEdge[] {
  const witness = { path, line: use.line, token: use.text };
  const strength = rateWitness(witness);
  const { uses } = readCommands(use, path, world);
  return [
    { to: '/bin/sh', strength, witness },
    ...uses.map(({ to, kind }): ReachEdge => {
      const isUsed = kind === 'run' || (kind === 'argument' && !isExecutable(to, world));
      return { to, strength: isUsed ? strength : 'data', witness };
    }),
  ];
}

function readCommands({ text, line }: StartedUse, path: string, world: ReachWorld): ShellReading {
  const script = parseShell(text, DEFAULT_LIMITS, line);
  return readShellProgram({ path, script, parameters: [] }, world, () => undefined);
}

/** A program or file, or the contents of a directory for the package of the script. */
function findPathEdges(to: string, witness: Witness, world: ReachWorld): readonly ReachEdge[] {
  if (!isFolder(to, world)) {
    return world.exists(to)
      ? [{ to, strength: isExecutable(to, world) ? 'possible' : 'data', witness }]
      : [];
  }
  const folder = to.replace(/(?<=.)\/$/, '');
  return isCommonFolder(folder, world)
    ? []
    : listDescendantFiles(folder, world)
        .filter((file) => isRelated(file, witness.path, world))
        .map((file) => ({ to: file, strength: rateCode(file, world), witness }));
}

/**
 * Without a package, of the same source, or of a package that is designed for use with this one.
 */
function isRelated(file: string, script: string, world: ReachWorld): boolean {
  const owner = world.findOwner(file)?.key;
  const own = world.findOwner(script)?.key;
  return (
    owner === undefined ||
    world.findSource(file) === world.findSource(script) ||
    (own !== undefined && world.hasNeed(owner, own))
  );
}

function rateCode(file: string, world: ReachWorld): ReachStrength {
  return isExecutable(file, world) || isElf(file, world) ? 'possible' : 'data';
}

function findOpacities(
  { path, fact }: ReachNode<string>,
  world: ReachWorld,
): readonly Omit<Opacity, 'rule' | 'path'>[] {
  const uses = fact === undefined || STANDARD.test(path) ? [] : STARTED_CODEC.decode(fact);
  const open = uses.find(({ kind }) => kind === 'computed');
  const opacities = uses
    .filter(({ kind }) => kind === 'shell-line')
    .flatMap((use) => readCommands(use, path, world).opacities);
  const what = 'it starts a command by a name computed at run time';
  const found = [
    ...(open === undefined ? [] : [{ what, line: open.line, token: open.text }]),
    ...opacities.slice(0, 1),
  ];
  return found.map(({ line, token, what: why }) => ({
    what: why,
    witness: { path, line, token },
    scope: { kind: 'commands' },
  }));
}
