import { posix } from 'node:path';
import type { AssemblyInput, FileView, VisibleFact } from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { Package } from '../../../foundation/core/package.ts';
import type { Problem } from '../../../foundation/core/problem.ts';
import type { CompanionFinders } from './dpkg-companions.ts';
import type { DpkgFact } from './dpkg-fact.ts';

/** After a removal, dpkg keeps the list of configuration files, and these files. */
const SETTINGS = /^\/etc\//;

/**
 * Returns a problem for each list of installed files without an installed package: dpkg removes the
 * files together with the record, so the record was removed by other means.
 */
export function findOrphans(
  { facts, view }: Pick<AssemblyInput<DpkgFact>, 'facts' | 'view'>,
  packages: readonly Package[],
  finders: CompanionFinders,
): Problem[] {
  const installed = new Set(packages.map(({ name }) => name));
  const records = new Set(
    facts
      .filter(({ fact }) => fact.kind === 'records' && fact.records.length > 0)
      .map(({ path }) => path),
  );
  // In status.d, a list belongs to the record beside it, whatever the package's name is.
  const orphans = facts.filter(
    ({ path }) => !installed.has(toPackageName(path)) && !records.has(removeExtension(path)),
  );
  let owned: ReadonlySet<string> | undefined;
  return orphans.flatMap((visible): Problem[] => {
    const listed = listPaths(visible).filter((path) => !SETTINGS.test(path));
    const { root } = finders.getFinder(visible.path);
    const present = listed.map((path) => root + path).filter((path) => isRegular(view, path));
    owned ??= present.length > 0 ? listOwnedPaths(packages) : undefined;
    if (!present.some((path) => owned?.has(path) !== true)) {
      return [];
    }
    const { path, layer } = visible;
    const message = `files of ${toPackageName(path)} are present, but its record of an installed package is missing`;
    return [{ code: 'P_RECORD', message, plugin: 'dpkg-db', path, ...defined({ layer }) }];
  });
}

/** `libc6:amd64.list` belongs to `libc6`. */
function toPackageName(path: string): string {
  const name = posix.basename(path, posix.extname(path));
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(0, colon);
}

function removeExtension(path: string): string {
  return path.slice(0, path.length - posix.extname(path).length);
}

function listPaths({ path, fact }: VisibleFact<DpkgFact>): readonly string[] {
  switch (fact.kind) {
    case 'files':
      return path.endsWith('.conffiles') ? [] : fact.files.map((file) => file.path);
    case 'list':
      return fact.paths;
    default:
      return [];
  }
}

function isRegular(view: FileView, path: string): boolean {
  const ref = view.resolve(path)?.ref;
  return ref !== undefined && view.layers[ref.layer]?.files.getType(ref.row) === 'regular';
}

function listOwnedPaths(packages: readonly Package[]): ReadonlySet<string> {
  return new Set(
    packages.flatMap(({ ownedFiles, otherOwnedFiles = [] }) =>
      [...ownedFiles, ...otherOwnedFiles].map(({ path }) => path),
    ),
  );
}
