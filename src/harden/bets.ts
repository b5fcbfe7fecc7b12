import { compareText } from '../core/compare-text.ts';
import type { Opacity, Reach, ReachStep } from '../core/reach.ts';
import { isInScope } from '../core/reach-class.ts';
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
 * Returns one bet for each kept program that may use a dropped file: with every literal that names
 * one, and every construct that no rule can follow and whose scope has one.
 */
export function listBets(input: BetInput): readonly Bet[] {
  const { reach, weak, dropped, isKept, packageFiles, predictor, isPackageDropped } = input;
  const tainted = indexTainted(reach);
  const stepsFrom = Map.groupBy(reach.steps ?? [], ({ from }) => from);
  const reasons = [
    ...weak.map((step) => toLiteral(step, { stepsFrom, dropped })),
    ...reach.opacities
      .filter(({ path }) => path.startsWith('(') || isKept(path))
      .map((one) => toLedgerEntry(one, { dropped, tainted, packageFiles })),
  ].filter((one) => one.dropped.length > 0);
  const programs = Map.groupBy(reasons, ({ program }) => program);
  const bets = [...programs].map(([program, own]) => {
    const paths = [...new Set(own.flatMap((one) => one.dropped))].toSorted(compareText);
    const packages = paths.flatMap((path) => packageFiles.listOwners(path).map(({ key }) => key));
    const findings = predictor.listFindings([...new Set(packages)].filter(isPackageDropped));
    return {
      program,
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
      compareText(left.program, right.program),
  );
  return sorted.map((bet, index) => ({ id: formatLetters(index), ...bet }));
}

interface Reason {
  readonly program: string;
  readonly reason: BetReason;
  readonly dropped: readonly string[];
}

interface StepWorld extends Pick<BetInput, 'dropped'> {
  readonly stepsFrom: ReadonlyMap<string, readonly ReachStep[]>;
}

/** With the target, everything is lost that only it leads to. */
function toLiteral({ from, to, rule, witness }: ReachStep, world: StepWorld): Reason {
  const dropped = new Set([to]);
  for (const path of dropped) {
    for (const step of world.stepsFrom.get(path) ?? []) {
      if (world.dropped.has(step.to)) {
        dropped.add(step.to);
      }
    }
  }
  return { program: from, reason: { target: to, rule, witness }, dropped: [...dropped] };
}

interface LedgerWorld extends Pick<BetInput, 'dropped' | 'packageFiles'> {
  readonly tainted: ReadonlyMap<string, readonly string[]>;
}

/** The files in the scope, and those that they load, as far as they are dropped. */
function toLedgerEntry(opacity: Opacity, { dropped, tainted, packageFiles }: LedgerWorld): Reason {
  const { path, rule, what, scope, witness = { path, token: '' } } = opacity;
  const inScope = [...dropped].filter((one) =>
    isInScope(opacity, one, packageFiles.listOwners(one)[0]?.key),
  );
  const loaded = inScope.flatMap((one) => tainted.get(one) ?? []);
  return {
    program: path,
    reason: { target: scope, rule, witness, what },
    dropped: [...new Set([...inScope, ...loaded.filter((one) => dropped.has(one))])],
  };
}

/** Returns the files that each file in an opaque scope leads to, over any number of steps. */
function indexTainted({ tainted }: Reach): ReadonlyMap<string, readonly string[]> {
  const stepTo = new Map(tainted.map((step) => [step.to, step]));
  const found = new Map<string, string[]>();
  for (const { to } of tainted) {
    const seen = new Set([to]);
    let at = to;
    for (
      let step = stepTo.get(at);
      step !== undefined && !seen.has(step.from);
      step = stepTo.get(at)
    ) {
      at = step.from;
      seen.add(at);
    }
    found.set(at, [...(found.get(at) ?? []), to]);
  }
  return found;
}

const LETTERS = 26;

/** Returns `A` to `Z`, then `AA`. */
function formatLetters(index: number): string {
  const last = String.fromCharCode('A'.charCodeAt(0) + (index % LETTERS));
  return index < LETTERS ? last : `${formatLetters(Math.floor(index / LETTERS) - 1)}${last}`;
}
