import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';
import { parseToml } from '../../../foundation/syntax/text/toml.ts';
import { assembleModules, toListedModule } from '../../ecosystem/java/maven-list.ts';
import type { MavenId } from '../../ecosystem/java/pom-values.ts';
import {
  createMalformedList,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/**
 * Libraries that a Gradle version catalog offers to the projects of a build in one version. The
 * catalog does not show whether a project uses a library; ranges are left out.
 */
export const gradleVersionCatalog: Cataloger<PackageList> = {
  id: 'gradle-version-catalog',
  alias: 'gradle-version-catalog-cataloger',
  version: 1,
  title: 'Libraries in Gradle version catalogs',
  spec: 'https://docs.gradle.org/current/userguide/version_catalogs.html',
  tags: ['declared', 'directory', 'gradle', 'java', 'language', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    { role: 'catalog', paths: ['**/gradle/*.versions.toml'], maxBytes: 'configFileBytesMax' },
  ],
  extract,
  assemble: (input) =>
    assembleModules(input, {
      foundBy: gradleVersionCatalog.id,
      rule: 'a library in a Gradle version catalog',
      confidence: 0.5,
    }),
};

type Members = Readonly<Record<string, unknown>>;

function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseToml(readText(content), budget);
  if (document === undefined) {
    return createMalformedList('the version catalog is not valid TOML');
  }
  const { libraries, versions } = document;
  const known = isRecord(versions) ? versions : {};
  const modules = Object.values(isRecord(libraries) ? libraries : {})
    .map((library) => readModule(library, known))
    .filter(({ version }) => isOneVersion(version));
  return readPackageList(modules, 'library', limits, (module) => toListedModule(module));
}

/** `group:name:version`, or an object with a module or its parts. */
function readModule(library: unknown, versions: Members): MavenId {
  const members = isRecord(library) ? library : {};
  const text = typeof library === 'string' ? library : getText(members, 'module');
  const [group = '', name = '', version = ''] = text.split(':');
  return {
    groupId: group || getText(members, 'group'),
    artifactId: name || getText(members, 'name'),
    version: version || readVersion(members['version'], versions),
  };
}

const RICH = ['strictly', 'require', 'prefer'] as const;

/** A string, a reference to the table of versions, or a required, strict or preferred version. */
function readVersion(value: unknown, versions: Members): string {
  if (!isRecord(value)) {
    return typeof value === 'string' ? value : '';
  }
  const referred = versions[getText(value, 'ref')];
  const rich = isRecord(referred) ? referred : value;
  return typeof referred === 'string'
    ? referred
    : (RICH.map((kind) => getText(rich, kind)).find((text) => text !== '') ?? '');
}

function isOneVersion(version: string): boolean {
  return version !== '' && !/[[\](),+]|^latest\./.test(version);
}
