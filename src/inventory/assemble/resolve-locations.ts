import type { FileView } from '../../foundation/core/cataloger.ts';
import type { License, Location, Package } from '../../foundation/core/package.ts';

/**
 * Catalogers know a file by the path that they requested, which may lead through links. Locations
 * get the real path, and the requested path as the access path.
 */
export function resolveLocations(pkg: Package, view: FileView): Package {
  const isSettled = (location: Location): boolean => resolveLocation(location, view) === location;
  const areSettled =
    pkg.locations.every(isSettled) &&
    pkg.licenses.every(({ locations }) => locations.every(isSettled));
  return areSettled
    ? pkg
    : {
        ...pkg,
        locations: pkg.locations.map((location) => resolveLocation(location, view)),
        licenses: pkg.licenses.map(
          (license): License => ({
            ...license,
            locations: license.locations.map((location) => resolveLocation(location, view)),
          }),
        ),
      };
}

function resolveLocation(location: Location, view: FileView): Location {
  const { path } = location;
  const real = view.find(path) === undefined ? view.resolve(path)?.path : undefined;
  return real === undefined || real === path ? location : { ...location, path: real };
}
