import { formatBytes, formatCount } from '../../foundation/core/screen-text.ts';
import type { RecipeCoverage } from './recipe-contract.ts';
import type { Prediction, RemovalPlan } from './removal-plan.ts';

/** Number of paths of each kind that a recipe lists; the rest is counted. */
const PATHS_MAX = 10;

/**
 * Returns the lines, for comments, that state what a recipe was made from and how well it agrees
 * with the plan.
 */
export function formatCoverage(
  { image, rules, undecided }: RemovalPlan,
  { missing, surplus, notes }: RecipeCoverage,
  predicted?: Prediction,
): readonly string[] {
  const removes =
    predicted === undefined
      ? []
      : [
          `Removes ${formatCount(predicted.packages.length, 'package')}, ${formatCount(predicted.files, 'file')}, ${formatBytes(predicted.bytes)}${predicted.findings === undefined ? '' : `, ${formatCount(predicted.findings.length, 'finding')}`}.`,
        ];
  return [
    `Made by plimsoll from ${image.name} (${image.imageId}), rules ${rules.digest}.`,
    'Not built here: build it, then compare it with "plimsoll harden verify".',
    ...(undecided === undefined
      ? []
      : [`It cannot be decided what the image needs: ${undecided}.`]),
    ...removes,
    ...notes,
    ...formatPaths('Needed but not supplied', missing),
    ...formatPaths('Supplied but not needed', surplus),
  ].map(toOneLine);
}

function formatPaths(title: string, paths: readonly string[]): readonly string[] {
  const more = paths.length - PATHS_MAX;
  return [
    `${title}: ${paths.length === 0 ? 'nothing' : formatCount(paths.length, 'file')}.`,
    ...paths.slice(0, PATHS_MAX).map((path) => `  ${path}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

/** A name from the image must not end the comment. */
function toOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, '?');
}
