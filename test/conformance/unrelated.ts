// Searches unrelated programs and libraries for the products that we detect by bytes: `npm run
// conformance -- unrelated FOLDER`, with unpacked packages of a distribution in FOLDER. Fails on
// any match, except those that match `--owners REGEX`: directories of packages that do contain such
// a product. `--renamed` also gives each file the names that the classifiers require, in turn, and
// prints matches that depend on the name alone; those cause no failure.
import {
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import type { InventoryPackage } from '../../src/foundation/core/inventory.ts';
import { FILE_ROLES } from '../../src/inventory/catalog/binary-classifier/file-roles.ts';

const CATALOGERS = ['binary-classifier', 'php-interpreter'];
const ELF = '\u007fELF';
/** Number of other products' names that each file gets, in turn over all files. */
const NAMES_EACH = 8;

const { values, positionals } = parseArgs({
  options: {
    owners: { type: 'string', default: '(?!)' },
    renamed: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const root = resolve(positionals[0] ?? '.');
const owners = new RegExp(values.owners);
const files = findElfFiles(root);
const named = (await scanPackages(root)).map((pkg) => formatPackage(pkg, getPath(pkg)));
const faults = named.filter((line) => !owners.test(line));
for (const line of faults) {
  console.log(`MATCH ${line}`);
}
const explained = named.length - faults.length;
console.log(
  `${files.length} executables and libraries: ${faults.length} matches, and ${explained} of products that are there`,
);
if (values.renamed) {
  const renamed = await scanRenamed(files);
  for (const line of renamed) {
    console.log(`renamed ${line}`);
  }
  const trials = files.length * NAMES_EACH;
  console.log(`${renamed.length} matches under ${trials} names of products`);
}
process.exitCode = faults.length === 0 && files.length > 0 ? 0 : 1;

/** Lists ELF files below a directory, each once even if several names link to it. */
function findElfFiles(folder: string): string[] {
  const seen = new Set<number>();
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const { ino } = lstatSync(path);
      const isNew = !seen.has(ino) && isElf(path);
      seen.add(ino);
      return isNew;
    })
    .sort(compareText);
}

function isElf(path: string): boolean {
  const handle = openSync(path, 'r');
  try {
    const head = Buffer.alloc(ELF.length);
    return readSync(handle, head) === head.length && head.toString('latin1') === ELF;
  } finally {
    closeSync(handle);
  }
}

async function scanPackages(folder: string): Promise<readonly InventoryPackage[]> {
  const { packages } = await readInventory(`dir:${folder}`, {
    temporaryFolder: tmpdir(),
    catalogers: { overrideDefaultCatalogers: CATALOGERS },
  });
  return packages;
}

/** Links the files under other names beside their directory, so that nothing is copied. */
async function scanRenamed(paths: readonly string[]): Promise<string[]> {
  const roles = [...FILE_ROLES.keys()].map((role) => role.replace(/[*?]+/g, '1'));
  const folder = mkdtempSync(`${root}-renamed-`);
  try {
    const origins = new Map<string, string>();
    for (const [number, path] of paths.entries()) {
      for (let each = 0; each < NAMES_EACH; each++) {
        const role = roles[(number * NAMES_EACH + each) % roles.length] ?? '';
        const place = join(String(number), String(each), role);
        mkdirSync(join(folder, place, '..'), { recursive: true });
        linkSync(path, join(folder, place));
        origins.set(`/${place}`, path.slice(root.length));
      }
    }
    return (await scanPackages(folder)).flatMap((pkg) =>
      pkg.locations.map(({ accessPath }) =>
        formatPackage(pkg, `${origins.get(accessPath) ?? ''} as ${accessPath}`),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function formatPackage({ name, version }: InventoryPackage, place: string): string {
  return `${name} ${version} in ${place}`;
}

function getPath({ locations }: InventoryPackage): string {
  return locations[0]?.path ?? '';
}
