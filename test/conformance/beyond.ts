// Prints the table of `docs/better-than-syft.md`: everything that we find on the recorded targets
// and that Syft's answers lack. Run `npm run conformance -- beyond`; `--write` updates the page.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import { measureCoverage } from '../../src/foundation/core/coverage.ts';
import type { Inventory, InventoryPackage } from '../../src/foundation/core/inventory.ts';
import { isRecord } from '../../src/foundation/syntax/json/guard.ts';
import { getRecords, getText, type JsonRecord } from '../../src/foundation/syntax/json/member.ts';
import { selectAnswered, withFolder } from './score.ts';
import { requireSharedMaterial } from './shared-material.ts';
import { listCorpusTargets } from './targets.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'better-than-syft.md');
const BEGIN = '<!-- begin: npm run conformance -- beyond --write -->';
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
function createRow(name: string, inventory: Inventory, answer: JsonRecord): Row {
  const theirs = getRecords(answer, 'artifacts');
  const known = new Set(theirs.map(toIdentity));
  const extra = inventory.packages.filter((pkg) => !known.has(toIdentity(pkg)));
  const edges = getRecords(answer, 'artifactRelationships');
  const count = (type: string): number =>
    edges.filter((edge) => getText(edge, 'type') === type).length;
  const countOwn = (kind: string): number =>
    inventory.relationships.filter((edge) => edge.kind === kind).length;
  const ofSource = theirs.length;
  return {
    name,
    packages: formatNames(extra),
    files: Math.max(0, countOwn('contains-file') - (count('contains') - ofSource)),
    edges: Math.max(0, countOwn('dependency-of') - count('dependency-of')),
    owned: Math.max(0, countOwn('owns-package') - count('ownership-by-file-overlap')),
    licenses: countRecognized(inventory.packages, theirs),
    layers: countAttributed(inventory.packages, theirs),
    functions: inventory.packages.filter(({ symbols }) => symbols !== undefined).length,
    explained: shareText(measureCoverage(inventory).explainedShare),
  };
}

function shareText(share: number | undefined): string {
  return share === undefined ? '' : `${Math.floor(share * 100)} %`;
}

/** Syft has its own value for an unknown version. */
function toIdentity({ type, name, version }: InventoryPackage | JsonRecord): string {
  return [type, name, version === 'UNKNOWN' ? '' : version].join('\0');
}

function formatNames(packages: readonly InventoryPackage[]): string {
  const names = [...new Set(packages.map(({ name }) => name))].sort(compareText);
  const shown = names.slice(0, 3).join(', ');
  return names.length === 0 ? '' : `${packages.length}: ${shown}${names.length > 3 ? ' …' : ''}`;
}

/** Counts packages for which we have an SPDX expression and Syft has none. */
function countRecognized(
  packages: readonly InventoryPackage[],
  theirs: readonly JsonRecord[],
): number {
  const withExpression = new Set(
    theirs
      .filter((each) => getRecords(each, 'licenses').some((one) => getText(one, 'spdxExpression')))
      .map(toIdentity),
  );
  const known = new Set(theirs.map(toIdentity));
  return packages.filter(
    (pkg) =>
      known.has(toIdentity(pkg)) &&
      !withExpression.has(toIdentity(pkg)) &&
      pkg.licenses.some(({ expression }) => expression !== ''),
  ).length;
}

/** Counts packages attributed to another layer than the one that last wrote the database. */
function countAttributed(
  packages: readonly InventoryPackage[],
  theirs: readonly JsonRecord[],
): number {
  const layerOf = new Map(
    theirs.map((each) => [
      toIdentity(each),
      getText(getRecords(each, 'locations')[0] ?? {}, 'layerID'),
    ]),
  );
  return packages.filter((pkg) => {
    const layer = layerOf.get(toIdentity(pkg)) ?? '';
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
function formatTable(rows: readonly Row[]): string {
  const formatCell = (value: string | number): string => (value === 0 ? '' : String(value));
  const columns = COLUMNS.filter(([key]) => rows.some((row) => formatCell(row[key]) !== ''));
  const lines = [
    columns.map(([, title]) => title),
    columns.map(() => '---'),
    ...rows.map((row) => columns.map(([key]) => formatCell(row[key]))),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const shared = requireSharedMaterial();
const rows = await withFolder(async (folder) => {
  const found: Row[] = [];
  const targets = listCorpusTargets(shared, folder, /./);
  const answers = join(shared, 'corpus', 'expected');
  for (const { target, expected } of selectAnswered(targets, answers, 'syft.json.zst', /./)) {
    const { name, input } = target;
    const answer: unknown = JSON.parse(zstdDecompressSync(readFileSync(expected)).toString('utf8'));
    if (isRecord(answer)) {
      const inventory = await readInventory(input, { name, temporaryFolder: folder });
      found.push(createRow(name, inventory, answer));
    }
  }
  return found;
});
const table = formatTable(rows);
console.log(table);
if (process.argv.includes('--write')) {
  const page = readFileSync(PAGE, 'utf8');
  const [before, rest = ''] = page.split(BEGIN);
  const behind = rest.slice(rest.indexOf(END));
  writeFileSync(PAGE, `${before}${BEGIN}\n${table}\n${behind}`);
}
