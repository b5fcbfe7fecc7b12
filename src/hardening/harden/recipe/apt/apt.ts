import { compareText } from '../../../../foundation/core/compare-text.ts';
import { quoteArgument } from '../../../../foundation/core/quote-argument.ts';
import { formatCoverage } from '../../coverage-text.ts';
import type { Recipe, RecipeFormat, RecipeInput } from '../../recipe-contract.ts';
import { findRemovable, listOwnPaths } from '../../removable-packages.ts';
import type { PlannedPackage } from '../../removal-plan.ts';

/** `apt-get purge` of the packages that can be removed without others. */
export const apt: RecipeFormat = {
  id: 'apt',
  title: 'a shell script with apt-get purge',
  create: createScript,
};

function createScript({
  plan,
  inventory,
  state,
  computeLoss,
}: RecipeInput): Recipe | { readonly refusal: string } {
  const { protectedNames, automaticNames } = state;
  const packages = plan.packages.filter(({ type }) => type === 'deb');
  if (packages.length === 0) {
    return { refusal: 'the image has no packages of dpkg' };
  }
  const unneeded = packages.filter(({ isKept }) => !isKept);
  const candidates = unneeded.filter(({ name }) => !protectedNames.has(name));
  const removable = findRemovable(
    new Set(candidates.map(({ key }) => key)),
    inventory.relationships,
  );
  const removed = packages.filter(({ key }) => removable.has(key));
  const paths = new Set([
    ...listOwnPaths(plan.packages, (key) => removable.has(key)),
    ...listInfoFiles(removed, inventory),
    ...listScriptFiles(removed, inventory),
  ]);
  const dropped = new Set(plan.dropped.map(({ path }) => path));
  const predicted = computeLoss(
    [...paths],
    removed.map(({ key }) => key),
  );
  const forced = unneeded.filter(({ name }) => protectedNames.has(name));
  const others = candidates.filter(({ key }) => !removable.has(key));
  const coverage = {
    missing: [...paths].filter((path) => !dropped.has(path)).toSorted(compareText),
    surplus: [...dropped].filter((path) => !paths.has(path)).toSorted(compareText),
    notes: [
      ...listNote('Essential or protected, so apt-get keeps them', forced),
      ...listNote('Not needed, but a package that stays depends on them', others),
    ],
  };
  const isAutomatic = ({ name }: { readonly name: string }): boolean => automaticNames.has(name);
  const also = removed.filter(isAutomatic);
  const named = removed.filter((item) => !isAutomatic(item));
  const comments = formatCoverage(plan, coverage, predicted);
  const lines = [
    '#!/bin/sh',
    ...comments.map((line) => `# ${line}`),
    'set -e',
    ...(removed.length === 0
      ? ['# There is no package that can be removed.']
      : [
          'export DEBIAN_FRONTEND=noninteractive',
          `# ${also.length} of these were only installed for others; they come first.`,
          `apt-get purge -y ${removed.some(({ name }) => name === 'apt') ? '--allow-remove-essential ' : ''}${[...also, ...named].map(formatName).join(' ')}`,
        ]),
  ];
  return { text: `${lines.join('\n')}\n`, coverage, predicted };
}

/** Packages of several architectures have one name. */
function formatName({
  name,
  purl = '',
}: {
  readonly name: string;
  readonly purl?: string;
}): string {
  const [, architecture] = /[?&]arch=([\w-]+)/.exec(purl) ?? [];
  return quoteArgument(
    architecture === undefined || architecture === 'all' ? name : `${name}:${architecture}`,
  );
}

const INFO = '/var/lib/dpkg/info/';

/** dpkg(1) removes its records about a package with it. */
function listInfoFiles(
  removed: readonly { readonly name: string }[],
  { files }: RecipeInput['inventory'],
): readonly string[] {
  const names = new Set(removed.map(({ name }) => name));
  return files.flatMap(({ path }) => {
    const [, name = ''] = /^([^:]+?)(?::[\w-]+)?\.\w+$/.exec(path.slice(INFO.length)) ?? [];
    return path.startsWith(INFO) && names.has(name) ? [path] : [];
  });
}

const ENABLED = '/var/lib/systemd/deb-systemd-helper-enabled/';
const WANTED = /^\/etc\/systemd\/system\/[^/]+\.(?:wants|requires)\//;
/** Files that scripts of Debian delete on "purge": apt.postrm, tzdata.postrm. */
const PURGED: readonly (readonly [name: string, path: RegExp])[] = [
  ['apt', /^\/var\/cache\/apt\//],
  ['tzdata', /^\/etc\/(?:localtime|timezone)$/],
];

/**
 * Returns files that no package lists and that scripts of the removed ones delete, such as enabled
 * units, deb-systemd-helper(1p).
 */
function listScriptFiles(
  removed: readonly PlannedPackage[],
  { files }: RecipeInput['inventory'],
): readonly string[] {
  const units = new Set(
    removed
      .flatMap(({ kept, dropped }) => [...kept, ...dropped])
      .filter((path) => path.includes('/systemd/system/'))
      .map((path) => path.slice(path.lastIndexOf('/') + 1)),
  );
  const purged = PURGED.filter(([name]) => removed.some((item) => item.name === name));
  return files.flatMap(({ path, type }) => {
    const unit = path.slice(path.lastIndexOf('/') + 1).replace(/\.dsh-also$/, '');
    const isUnit = (path.startsWith(ENABLED) || WANTED.test(path)) && units.has(unit);
    const isPurged = purged.some(([, pattern]) => pattern.test(path));
    return type !== 'directory' && (isUnit || isPurged) ? [path] : [];
  });
}

function listNote(
  title: string,
  packages: readonly { readonly name: string }[],
): readonly string[] {
  return packages.length === 0 ? [] : [`${title}: ${packages.map(({ name }) => name).join(', ')}.`];
}
