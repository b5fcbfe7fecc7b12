import { getBaseName } from './base-name.ts';
import type { Package } from './package.ts';

/**
 * Whether name and version agree. A package may have the version in its name, an epoch before it,
 * and the revision of its build after it.
 */
export function isSameProduct(
  recognized: Pick<Package, 'name' | 'version'>,
  other: Pick<Package, 'name' | 'version'>,
): boolean {
  const name = recognized.name.toLowerCase();
  const rest = other.name.toLowerCase().startsWith(name)
    ? other.name.slice(name.length)
    : undefined;
  return (
    rest !== undefined &&
    /^[-_]?[\d.]*$/.test(rest) &&
    isBuildVersion(other.version, recognized.version)
  );
}

/** Whether a version is that of a build: it may have an epoch and a revision in addition. */
function isBuildVersion(version: string, recognized: string): boolean {
  const rest = version.replace(/^\d+:/, '');
  return (
    recognized !== '' && rest.startsWith(recognized) && !/^\d/.test(rest.slice(recognized.length))
  );
}

/** Whether a package is a build of a recognized product, by its own name or its source's. */
export function isBuild(
  pkg: Pick<Package, 'name' | 'version' | 'upstreams'>,
  recognized: Pick<Package, 'name' | 'version'>,
): boolean {
  const names = [pkg.name, ...pkg.upstreams.map(({ name }) => name)];
  return names.some((name) => isSameProduct(recognized, { name, version: pkg.version }));
}

/**
 * Whether a distribution's package is a build of a language package, whose name is a part of its
 * own or its source's: `python3-requests`, `libcommons-lang3-java`.
 */
export function isLanguageBuild(
  pkg: Pick<Package, 'name' | 'version' | 'upstreams'>,
  part: Pick<Package, 'name' | 'version'>,
): boolean {
  const name = toParts(getBaseName(part.name));
  const names = [pkg.name, ...pkg.upstreams.map((upstream) => upstream.name)].map(toParts);
  return (
    names.some((one) => one.includes(name) || one.includes(`-lib${name.slice(1)}`)) &&
    isBuildVersion(pkg.version, part.version)
  );
}

/** The parts of a name between hyphens. */
function toParts(name: string): string {
  return `-${name.toLowerCase().replaceAll(/[._]/g, '-')}-`;
}
