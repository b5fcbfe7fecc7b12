import { addToList } from '../../../../foundation/core/add-to-list.ts';
import { compareText } from '../../../../foundation/core/compare-text.ts';
import { quoteArgument } from '../../../../foundation/core/quote-argument.ts';
import { formatCoverage } from '../../coverage-text.ts';
import type { Recipe, RecipeFormat, RecipeInput } from '../../recipe-contract.ts';
import { findNeededPackages, listOwnPaths } from '../../removable-packages.ts';

/** `apk del` of names in the world; apk also removes packages that nothing needs any more. */
export const apk: RecipeFormat = {
  id: 'apk',
  title: 'a shell script with apk del',
  create: createScript,
};

function createScript({
  plan,
  inventory,
  state,
  computeLoss,
}: RecipeInput): Recipe | { readonly refusal: string } {
  const packages = plan.packages.filter(({ type }) => type === 'apk');
  if (packages.length === 0) {
    return { refusal: 'the image has no packages of apk' };
  }
  if (state.world === undefined) {
    return { refusal: 'the image has no /etc/apk/world, by which apk decides what stays' };
  }
  const { relationships } = inventory;
  const keysByName = indexNames(inventory);
  const keptKeys = new Set(packages.flatMap(({ key, isKept }) => (isKept ? [key] : [])));
  const world = state.world.map((word) => {
    const name = word.replace(/[<>=~@].*$/, '');
    const keys = keysByName.get(name) ?? [];
    return { name, keys, isLeft: keys.length === 0 || keys.some((key) => keptKeys.has(key)) };
  });
  const kept = packages.filter(({ isKept }) => isKept);
  const named = world.filter(({ isLeft }) => !isLeft);
  const left = world.filter(({ isLeft }) => isLeft).flatMap(({ keys }) => keys);
  const byWorld = findNeededPackages(left, relationships);
  // A kept package that only a removed one needs must be in the world to stay.
  const added = kept.filter(({ key }) => !byWorld.has(key));
  const staying = findNeededPackages([...left, ...added.map(({ key }) => key)], relationships);
  const removed = packages.filter(({ key }) => !staying.has(key));
  const gone = new Set(removed.map(({ key }) => key));
  const paths = listOwnPaths(plan.packages, (key) => gone.has(key));
  const dropped = new Set(plan.dropped.map(({ path }) => path));
  const predicted = computeLoss([...paths], [...gone]);
  const surplus = packages.filter(({ key, isKept }) => !isKept && !gone.has(key));
  const coverage = {
    missing: [...paths].filter((path) => !dropped.has(path)).toSorted(compareText),
    surplus: [...dropped].filter((path) => !paths.has(path)).toSorted(compareText),
    notes:
      surplus.length === 0
        ? []
        : [
            `Not needed, but a package that stays depends on them: ${surplus.map(({ name }) => name).join(', ')}.`,
          ],
  };
  const join = (list: readonly { readonly name: string }[]): string =>
    list.map(({ name }) => quoteArgument(name)).join(' ');
  const others = removed.filter(({ name }) => !named.some((one) => one.name === name));
  const lines = [
    '#!/bin/sh',
    ...formatCoverage(plan, coverage, predicted).map((line) => `# ${line}`),
    'set -e',
    ...(others.length === 0 ? [] : [`# Also removed, because nothing needs them: ${join(others)}`]),
    ...(added.length === 0
      ? []
      : [
          '# These would go with the packages that need them.',
          `apk add --no-network --no-scripts ${join(added)}`,
        ]),
    named.length === 0
      ? '# There is no package that can be removed.'
      : `apk del --no-network --purge ${join(named)}`,
  ];
  return { text: `${lines.join('\n')}\n`, coverage, predicted };
}

/** The world may list a name that a package provides, as `libc-utils` for `musl-utils`. */
function indexNames({
  packages,
}: RecipeInput['inventory']): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { key, name, type, metadata } of packages) {
    if (type === 'apk') {
      const provides = metadata?.value['provides'];
      const names = Array.isArray(provides)
        ? provides.filter((one) => typeof one === 'string')
        : [];
      for (const each of new Set([name, ...names.map((one) => one.replace(/[<>=~].*$/, ''))])) {
        addToList(found, each, key);
      }
    }
  }
  return found;
}
