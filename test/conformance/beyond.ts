// Prints the table of `docs/better-than-syft.md`: everything that we find on the recorded targets
// and that Syft's answers lack. Run `npm run conformance:beyond`; `--write` updates the page.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { compareText } from '../../src/core/compare-text.ts';
import { measureCoverage } from '../../src/core/coverage.ts';
import type { Inventory, InventoryPackage } from '../../src/core/inventory.ts';
import { isRecord } from '../../src/syntax/json/guard.ts';
import { getRecords, getText, type JsonRecord } from '../../src/syntax/json/member.ts';
import { answered, withFolder } from './score.ts';
import { requiredMaterial } from './shared-material.ts';
import { corpusTargets } from './targets.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'better-than-syft.md');
const BEGIN = '<!-- begin: npm run conformance:beyond -- --write -->';
const END = '<!-- end -->';

interface Row {
  readonly name: string;
  readonly packages: string;
  readonly files: number;
  readonly edges: number;
  readonly owned: number;
  readonly licenses: number;
  readonly layers: number;
  readonly functions: number;
  /** Share of the executables' bytes that belongs to known packages; empty if there are none. */
  readonly explained: string;
}

/**
 * Creates the row of one target. Numbers count items that ours has and the recorded answer lacks.
 */
function rowOf(name: string, inventory: Inventory, answer: JsonRecord): Row {
  const theirs = getRecords(answer, 'artifacts');
  const known = new Set(theirs.map(identityOf));
  const extra = inventory.packages.filter((pkg) => !known.has(identityOf(pkg)));
  const edges = getRecords(answer, 'artifactRelationships');
  const count = (type: string): number =>
    edges.filter((edge) => getText(edge, 'type') === type).length;
  const ours = (kind: string): number =>
    inventory.relationships.filter((edge) => edge.kind === kind).length;
  const ofSource = theirs.length;
  return {
    name,
    packages: namesOf(extra),
    files: Math.max(0, ours('contains-file') - (count('contains') - ofSource)),
    edges: Math.max(0, ours('dependency-of') - count('dependency-of')),
    owned: Math.max(0, ours('owns-package') - count('ownership-by-file-overlap')),
    licenses: recognised(inventory.packages, theirs),
    layers: attributed(inventory.packages, theirs),
    functions: inventory.packages.filter(({ symbols }) => symbols !== undefined).length,
    explained: shareText(measureCoverage(inventory).explainedShare),
  };
}

function shareText(share: number | undefined): string {
  return share === undefined ? '' : `${Math.floor(share * 100)} %`;
}

/** Syft has its own value for an unknown version. */
function identityOf({ type, name, version }: InventoryPackage | JsonRecord): string {
  return [type, name, version === 'UNKNOWN' ? '' : version].join('\0');
}

function namesOf(packages: readonly InventoryPackage[]): string {
  const names = [...new Set(packages.map(({ name }) => name))].sort(compareText);
  const shown = names.slice(0, 3).join(', ');
  return names.length === 0 ? '' : `${packages.length}: ${shown}${names.length > 3 ? ' …' : ''}`;
}

/** Counts packages for which we have an SPDX expression and Syft has none. */
function recognised(packages: readonly InventoryPackage[], theirs: readonly JsonRecord[]): number {
  const withExpression = new Set(
    theirs
      .filter((each) => getRecords(each, 'licenses').some((one) => getText(one, 'spdxExpression')))
      .map(identityOf),
  );
  const known = new Set(theirs.map(identityOf));
  return packages.filter(
    (pkg) =>
      known.has(identityOf(pkg)) &&
      !withExpression.has(identityOf(pkg)) &&
      pkg.licenses.some(({ expression }) => expression !== ''),
  ).length;
}

/** Counts packages attributed to another layer than the one that last wrote the database. */
function attributed(packages: readonly InventoryPackage[], theirs: readonly JsonRecord[]): number {
  const layerOf = new Map(
    theirs.map((each) => [
      identityOf(each),
      getText(getRecords(each, 'locations')[0] ?? {}, 'layerID'),
    ]),
  );
  return packages.filter((pkg) => {
    const layer = layerOf.get(identityOf(pkg)) ?? '';
    return pkg.introducedIn !== undefined && layer !== '' && layer !== pkg.introducedIn;
  }).length;
}

const COLUMNS: readonly (readonly [keyof Row, string])[] = [
  ['name', 'target'],
  ['packages', 'packages'],
  ['files', 'owned files'],
  ['edges', 'dependencies'],
  ['owned', 'packages that others brought along'],
  ['licenses', 'licenses of packages'],
  ['layers', 'layer of origin'],
  ['functions', 'modules with their functions'],
  ['explained', 'executables explained'],
];

/** Creates the table without empty columns. */
function tableOf(rows: readonly Row[]): string {
  const textOf = (value: string | number): string => (value === 0 ? '' : String(value));
  const columns = COLUMNS.filter(([key]) => rows.some((row) => textOf(row[key]) !== ''));
  const lines = [
    columns.map(([, title]) => title),
    columns.map(() => '---'),
    ...rows.map((row) => columns.map(([key]) => textOf(row[key]))),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const shared = requiredMaterial();
const rows = await withFolder(async (folder) => {
  const found: Row[] = [];
  const targets = corpusTargets(shared, folder, /./);
  const answers = join(shared, 'corpus', 'expected');
  for (const { target, expected } of answered(targets, answers, 'syft.json.zst', /./)) {
    const { name, input } = target;
    const answer: unknown = JSON.parse(zstdDecompressSync(readFileSync(expected)).toString('utf8'));
    if (isRecord(answer)) {
      const inventory = await readInventory(input, { name, temporaryFolder: folder });
      found.push(rowOf(name, inventory, answer));
    }
  }
  return found;
});
const table = tableOf(rows);
console.log(table);
if (process.argv.includes('--write')) {
  const page = readFileSync(PAGE, 'utf8');
  const [before, rest = ''] = page.split(BEGIN);
  const behind = rest.slice(rest.indexOf(END));
  writeFileSync(PAGE, `${before}${BEGIN}\n${table}\n${behind}`);
}
