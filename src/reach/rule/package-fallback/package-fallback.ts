import { nameOf } from '../../../view/path.ts';
import { ownWitness } from '../../own-witness.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { SHELLS } from '../../shell/wrappers.data.ts';

/**
 * Programs that run code in a language for which there is no rule of its own: whatever the package
 * of the program and of the script installed may be used.
 */
export const packageFallback: ReachRule<never> = {
  id: 'package-fallback',
  version: 1,
  title: 'its package also contains code in a language that is not analyzed',
  spec: 'the records of the package manager',
  wants: [],
  extract: () => ({}),
  edges,
  opacities,
};

const INTERPRETERS =
  /^(?:tclsh|wish|expect|lua|luajit|gawk|mawk|guile|Rscript|R|julia|erl|erlexec|beam\.smp|escript|elixir|ocaml|ocamlrun|swipl|gforth|pike|octave-cli|groovy|scala|gjs)[0-9.]*$/;

function edges({ path }: ReachNode<never>, world: ReachWorld): readonly ReachEdge[] {
  const interpreter = interpreterOf(path, world);
  const owner = interpreter === undefined ? undefined : world.ownerOf(path);
  if (interpreter === undefined || owner === undefined) {
    return [];
  }
  return world.filesOf(owner.key).map((to) => ({
    to,
    strength: 'possible',
    witness: isScript(path, world)
      ? { path, line: 1, token: interpreter }
      : ownWitness(path, world),
  }));
}

/** Short programs that scripts hold: what they may start stands in these. */
const SHORT = /^[gm]?awk/;

function opacities({ path }: ReachNode<never>, world: ReachWorld) {
  const interpreter = interpreterOf(path, world);
  return interpreter === undefined || SHORT.test(nameOf(interpreter)) || isScript(path, world)
    ? []
    : [
        {
          what: `${nameOf(path)} runs code in a language that is not analyzed`,
          witness: ownWitness(path, world),
          scope: { kind: 'all' as const },
        },
      ];
}

function isScript(path: string, world: ReachWorld): boolean {
  return Array.isArray(world.factOf('shebang', path));
}

/** The interpreter that a file is, or that its first line names. */
function interpreterOf(path: string, world: ReachWorld): string | undefined {
  const line = world.factOf('shebang', path);
  const [program, argument] = Array.isArray(line) ? (line as readonly string[]) : [];
  const names = [nameOf(path), nameOf(program ?? ''), nameOf(argument?.split(' ', 1)[0] ?? '')];
  return names.find((name) => !SHELLS.has(name) && INTERPRETERS.test(name));
}
