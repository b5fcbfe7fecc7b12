import { getBaseName } from '../../../foundation/core/base-name.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Want,
} from '../../../foundation/core/cataloger.ts';
import type { Location, Package } from '../../../foundation/core/package.ts';
import { indexMd5 } from '../content-digest.ts';
import { CLASSIFIERS } from './classifier-table.data.ts';
import { FILE_ROLES } from './file-roles.ts';
import { createSurroundings, judgeProducts, type Place, toSeen } from './judge.ts';
import { type FileFact, readFile } from './read-file.ts';
import { type NameSelector, toPackage } from './to-package.ts';

/**
 * Well-known programs and libraries that no package manager installed, by a version string that
 * their builds embed at a known place. A program under another name is not found, nor is a program
 * that an operating system package owns.
 */
export const binaryClassifier: Cataloger<FileFact> = {
  id: 'binary-classifier',
  alias: 'binary-classifier-cataloger',
  version: 4,
  title: 'Well-known programs',
  spec: 'https://github.com/anchore/syft/tree/main/syft/pkg/cataloger/binary',
  tags: ['binary', 'declared', 'directory', 'image', 'installed', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  wants: [...FILE_ROLES.keys()].map(createWant),
  extract: readFile,
  assemble,
};

function createWant(file: string): Want {
  const name = file.replace(/\?+/, '*');
  return {
    role: file,
    paths: [`**/${name}`],
    maxBytes: 'wholeFileBytesMax',
    yieldsToOwner: true,
  };
}

function assemble({ view, facts }: AssemblyInput<FileFact>): Assembly {
  const placed = facts.map(toSeen);
  const around = createSurroundings(view, placed);
  const packages: Package[] = [];
  for (const { files, products } of CLASSIFIERS) {
    for (const file of placed.filter(({ role }) => files.includes(role))) {
      for (const { product, finding } of judgeProducts(products, file, around)) {
        addPackage(packages, toPackage(product, finding, binaryClassifier.id, selectNames));
      }
    }
  }
  return { packages, md5ByPath: indexMd5(facts) };
}

/** If a file has several names, those that the cataloger requested. */
const selectNames: NameSelector = ({ file, accessPath, isByName }: Place) => {
  const { path, otherNames = [], role } = file;
  const linkPath = accessPath ?? file.linkPath;
  const names = isByName === true ? [path] : [path, ...otherNames];
  const matching = names.filter((name) => isRoleMatch(role, name));
  return linkPath !== undefined || matching.length === 0
    ? [{ path, accessPath: linkPath ?? path }]
    : matching.map((name) => ({ path: name, accessPath: name }));
};

function isRoleMatch(role: string, path: string): boolean {
  if (role.includes('/')) {
    return path.endsWith(`/${role}`);
  }
  const [first = '', ...others] = role.split(/[*?]+/);
  const name = getBaseName(path);
  const last = others.at(-1);
  return last === undefined
    ? name === role
    : name.startsWith(first) && name.endsWith(last) && name.length >= first.length + last.length;
}

/**
 * Findings of several classifiers for one product are one package. Known evidence, such as a
 * library that a program led to, is not repeated.
 */
function addPackage(packages: Package[], found: Package): void {
  const index = packages.findIndex((other) => isSameProduct(other, found));
  const known = packages[index];
  if (known === undefined) {
    packages.push(found);
    return;
  }
  const news = found.locations.filter(
    (location) => !known.locations.some((other) => isSamePlace(other, location)),
  );
  if (news.length > 0) {
    const matches = [...getMatches(known), ...getMatches(found)];
    packages[index] = {
      ...known,
      locations: [...known.locations, ...news],
      metadata: { kind: 'binary-signature', value: { matches } },
    };
  }
}

function isSameProduct(left: Package, right: Package): boolean {
  return left.name === right.name && left.version === right.version && left.type === right.type;
}

function isSamePlace(left: Location, right: Location): boolean {
  return left.path === right.path && left.layer === right.layer;
}

function getMatches({ metadata }: Package): readonly unknown[] {
  const matches = metadata?.value['matches'];
  return Array.isArray(matches) ? matches : [];
}
