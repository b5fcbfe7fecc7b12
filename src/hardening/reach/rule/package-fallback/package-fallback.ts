import { getBaseName } from '../../../../foundation/core/base-name.ts';
import { ownWitness } from '../../own-witness.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { SHELLS } from '../../shell/wrappers.data.ts';

/**
 * Programs that run code in a language without a rule: they may use any file that their package or
 * the script's package installed.
 */
export const packageFallback: ReachRule<never> = {
  id: 'package-fallback',
  version: 1,
  title: 'its package also contains code in a language that is not analyzed',
  spec: 'the records of the package manager',
  wants: [],
  extract: () => ({}),
  findEdges,
  findOpacities,
};

const INTERPRETERS =
  /^(?:tclsh|wish|expect|lua|luajit|gawk|mawk|guile|Rscript|R|julia|erl|erlexec|beam\.smp|escript|elixir|ocaml|ocamlrun|swipl|gforth|pike|octave-cli|groovy|scala|gjs)[0-9.]*$/;

function findEdges({ path }: ReachNode<never>, world: ReachWorld): readonly ReachEdge[] {
  const interpreter = detectInterpreter(path, world);
  const owner = interpreter === undefined ? undefined : world.findOwner(path);
  if (interpreter === undefined || owner === undefined) {
    return [];
  }
  return world.listFiles(owner.key).map((to) => ({
    to,
    strength: 'possible',
    witness: isScript(path, world)
      ? { path, line: 1, token: interpreter }
      : ownWitness(path, world),
  }));
}

/** Scripts contain short programs in these languages, with the commands they start. */
const SHORT = /^[gm]?awk/;

function findOpacities({ path }: ReachNode<never>, world: ReachWorld) {
  const interpreter = detectInterpreter(path, world);
  return interpreter === undefined || SHORT.test(getBaseName(interpreter)) || isScript(path, world)
    ? []
    : [
        {
          what: `${getBaseName(path)} runs code in a language that is not analyzed`,
          witness: ownWitness(path, world),
          scope: { kind: 'all' as const },
        },
      ];
}

function isScript(path: string, world: ReachWorld): boolean {
  return Array.isArray(world.getFact('shebang', path));
}

/** Returns the interpreter that a file is or that its first line names. */
function detectInterpreter(path: string, world: ReachWorld): string | undefined {
  const line = world.getFact('shebang', path);
  const [program, argument] = Array.isArray(line) ? (line as readonly string[]) : [];
  const names = [
    getBaseName(path),
    getBaseName(program ?? ''),
    getBaseName(argument?.split(' ', 1)[0] ?? ''),
  ];
  return names.find((name) => !SHELLS.has(name) && INTERPRETERS.test(name));
}
