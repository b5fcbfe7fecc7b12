import { compareText } from '../../foundation/core/compare-text.ts';
import type { Opacity, Reach, ReachStep } from '../../foundation/core/reach.ts';
import { isInScope } from '../../foundation/core/reach-class.ts';
import type { PackageFiles } from './package-files.ts';
import type { Predictor } from './prediction.ts';
import type { Bet, BetReason } from './removal-plan.ts';

interface BetInput {
  readonly reach: Reach;
  /** Possible steps to dropped files. */
  readonly weak: readonly ReachStep[];
  readonly dropped: ReadonlySet<string>;
  /** Whether a program stays; a dropped one uses nothing. */
  readonly isKept: (path: string) => boolean;
  readonly packageFiles: PackageFiles;
  readonly predictor: Predictor;
  /** Whether a package leaves the inventory. */
  readonly isPackageDropped: (packageKey: string) => boolean;
}

/**
 * Returns the bets against uses of dropped files: one for each kept program, with every literal in
 * it that names one, and one for each cause: all programs that may start any command, and all files
 * in which one rule found the same kind of construct that it cannot follow, such as imports of
 * computed names. If another bet is about all files of a bet, the two are one: a literal that names
 * a command is also a program that may start any.
 */
export function listBets(input: BetInput): readonly Bet[] {
  const { reach, weak, dropped, isKept, packageFiles, predictor, isPackageDropped } = input;
  const uses = Map.groupBy([...(reach.steps ?? []), ...reach.tainted], ({ from }) => from);
  const world = { uses, dropped, packageFiles };
  const reasons = [
    ...weak.map((step) => toLiteral(step, world)),
    ...reach.opacities
      .filter(({ path }) => path.startsWith('(') || isKept(path))
      .map((one) => toLedgerEntry(one, world)),
  ].filter((one) => one.dropped.length > 0);
  const groups = Map.groupBy(reasons, ({ group }) => group);
  const bets = joinContained([...groups.values()]).map((own) => {
    const programs = [...new Set(own.map(({ program }) => program))].toSorted(compareText);
    const paths = [...new Set(own.flatMap((one) => one.dropped))].toSorted(compareText);
    const packages = paths.flatMap((path) => packageFiles.listOwners(path).map(({ key }) => key));
    const findings = predictor.listFindings([...new Set(packages)].filter(isPackageDropped));
    return {
      programs,
      reasons: own.map(({ reason }) => reason),
      dropped: paths,
      bytes: predictor.sumBytes(paths),
      ...(findings === undefined ? {} : { findings }),
    };
  });
  const sorted = bets.toSorted(
    (left, right) =>
      (right.findings?.length ?? 0) - (left.findings?.length ?? 0) ||
      right.bytes - left.bytes ||
      compareText(left.programs.join('\n'), right.programs.join('\n')),
  );
  return sorted.map((bet, index) => ({ id: formatLetters(index), ...bet }));
}

interface Reason {
  /** The cause: equal for the reasons of one bet. */
  readonly group: string;
  readonly program: string;
  readonly reason: BetReason;
  readonly dropped: readonly string[];
}

/** Adds the reasons of each group to the smallest one that has all of its files and more. */
function joinContained(groups: readonly (readonly Reason[])[]): readonly (readonly Reason[])[] {
  const stakes = groups
    .map((reasons) => ({ reasons, files: new Set(reasons.flatMap(({ dropped }) => dropped)) }))
    .toSorted((left, right) => left.files.size - right.files.size);
  const joined = stakes.map(({ reasons }) => [...reasons]);
  for (const [index, { files }] of stakes.entries()) {
    const wider = stakes.findIndex((one, at) => at > index && isContained(files, one.files));
    if (wider !== -1) {
      // The text that names a file says more than that any may be used.
      joined[wider]?.unshift(...(joined[index] ?? []));
      joined[index] = [];
    }
  }
  return joined.filter((reasons) => reasons.length > 0);
}

function isContained(files: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return files.values().every((path) => others.has(path));
}

interface UseWorld extends Pick<BetInput, 'dropped' | 'packageFiles'> {
  /** Steps by the file that they start from. */
  readonly uses: ReadonlyMap<string, readonly ReachStep[]>;
}

function toLiteral({ from, to, rule, witness }: ReachStep, world: UseWorld): Reason {
  const reason = { program: from, target: to, rule, witness };
  return { group: from, program: from, reason, dropped: addUsed([to], world) };
}

/** The files in the scope, as far as they are dropped. */
function toLedgerEntry(opacity: Opacity, world: UseWorld): Reason {
  const { path, rule, what, scope, witness = { path, token: '' } } = opacity;
  const inScope = [...world.dropped].filter((one) =>
    isInScope(opacity, one, world.packageFiles.listOwners(one)[0]?.key),
  );
  return {
    group: scope.kind === 'commands' ? scope.kind : `${rule} ${scope.kind}`,
    program: path,
    reason: { program: path, target: scope, rule, witness, what },
    dropped: addUsed(inScope, world),
  };
}

/** Adds the dropped files that the given ones use. */
function addUsed(
  paths: readonly string[],
  { uses, dropped }: Pick<UseWorld, 'uses' | 'dropped'>,
): readonly string[] {
  const found = new Set(paths);
  for (const path of found) {
    for (const { to } of uses.get(path) ?? []) {
      if (dropped.has(to)) {
        found.add(to);
      }
    }
  }
  return [...found];
}

const LETTERS = 26;

/** Returns `A` to `Z`, then `AA`. */
function formatLetters(index: number): string {
  const last = String.fromCharCode('A'.charCodeAt(0) + (index % LETTERS));
  return index < LETTERS ? last : `${formatLetters(Math.floor(index / LETTERS) - 1)}${last}`;
}
