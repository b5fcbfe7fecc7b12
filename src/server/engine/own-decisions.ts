import type { Kysely } from 'kysely';
import { parsePurl } from '../../foundation/identity/purl/parse-purl.ts';
import { findReadScope } from '../store/limited-tables.ts';
import { splitKeys } from '../store/store.ts';
import { toStoredText } from '../store/stored-text.ts';
import type { Tables } from '../store/tables.ts';

interface Subject {
  readonly vulnerability: string;
  /** Package URL; empty for every package. */
  readonly package: string;
  /** Name of the images, with wildcards; empty or absent for all. */
  readonly images?: string | undefined;
  /** Empty or absent for all. */
  readonly project?: string | undefined;
}

/**
 * Selects the decisions or drafts that a scope lists. One about all images is only listed if an
 * image of the scope has, or had, the vulnerability in a package of this name, because its text may
 * be about another project. This only limits reading: all of them still apply to images.
 */
export async function selectOwnDecisions<Item extends Subject>(
  db: Kysely<Tables>,
  items: readonly Item[],
): Promise<readonly Item[]> {
  if (findReadScope(db) === undefined) {
    return items;
  }
  const broad = items.filter(isAboutAll).map(({ vulnerability }) => toStoredText(vulnerability));
  const packages = await readPackages(db, new Set(broad));
  return items.filter((item) => !isAboutAll(item) || isAboutPackage(item, packages));
}

function isAboutAll({ images = '', project = '' }: Subject): boolean {
  return project === '' && (images === '' || images === '*');
}

/** Returns the names and package URLs of the packages with each vulnerability, in lower case. */
async function readPackages(
  db: Kysely<Tables>,
  vulnerabilities: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const packages = new Map<string, readonly string[]>();
  for (const some of splitKeys(vulnerabilities)) {
    const rows = await db
      .selectFrom('match')
      .innerJoin('component', 'component.id', 'match.component')
      .select(['match.vulnerability', 'component.name', 'component.purl'])
      .distinct()
      .where('match.vulnerability', 'in', some)
      .execute();
    for (const [id, found] of Map.groupBy(rows, ({ vulnerability }) => vulnerability)) {
      packages.set(
        id,
        found.map(({ name, purl }) => `${name}\n${purl}`.toLowerCase()),
      );
    }
  }
  return packages;
}

/** Names are compared as parts: package URLs may state a source package, or a namespace. */
function isAboutPackage(
  { vulnerability, package: purl }: Subject,
  packages: ReadonlyMap<string, readonly string[]>,
): boolean {
  const name = (parsePurl(purl)?.name ?? purl).toLowerCase();
  return packages.get(toStoredText(vulnerability))?.some((text) => text.includes(name)) === true;
}
