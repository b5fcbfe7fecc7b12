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
  const version = other.version.replace(/^\d+:/, '');
  const build = version.startsWith(recognized.version)
    ? version.slice(recognized.version.length)
    : undefined;
  return (
    rest !== undefined &&
    /^[-_]?[\d.]*$/.test(rest) &&
    recognized.version !== '' &&
    build !== undefined &&
    !/^\d/.test(build)
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
