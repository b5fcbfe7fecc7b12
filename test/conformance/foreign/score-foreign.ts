import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '../../../src/assess/evaluate.ts';
import { readInventory } from '../../../src/assess/read-inventory.ts';
import type { AdvisoryDatabase } from '../../../src/foundation/core/advisory.ts';
import { compareText } from '../../../src/foundation/core/compare-text.ts';
import type { Inventory } from '../../../src/foundation/core/inventory.ts';
import { isNameMatch, parseStars } from '../../../src/foundation/core/name-pattern.ts';
import { parsePurl } from '../../../src/foundation/identity/purl/parse-purl.ts';

const FOLDER = import.meta.dirname;
export const NOW = '2026-11-24T23:23:36Z';

/** A document that another program wrote. */
export interface ForeignDocument {
  readonly document: string;
  /** The program that wrote it, and the file that it was taken from. */
  readonly origin: string;
  /** The described directory, if it is available. */
  readonly target?: string;
}

/** A line in which a document intentionally differs from the truth. */
export interface ForeignDifference {
  readonly document: string;
  /** A line of the score; `*` matches any characters. */
  readonly line: string;
  readonly reason: string;
}

export interface ForeignScore {
  readonly packages: number;
  readonly findings: number;
  readonly lines: readonly string[];
}

export interface ForeignSurroundings {
  readonly folder: string;
  readonly database: AdvisoryDatabase;
}

export function readForeignDocuments(): readonly ForeignDocument[] {
  return readJson('documents.json') as readonly ForeignDocument[];
}

export function readForeignDifferences(): readonly ForeignDifference[] {
  return readJson('differences.json') as readonly ForeignDifference[];
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));
}

/**
 * Compares the packages of a document with the package URLs in it, and its findings and packages
 * that were not evaluated with those of a list of these URLs. If the document describes a
 * directory, also compares it with a scan of the directory.
 */
export async function scoreForeign(
  { document, target }: ForeignDocument,
  { folder, database }: ForeignSurroundings,
): Promise<ForeignScore> {
  const file = join(FOLDER, 'documents', document);
  const read = await readInventory(`sbom:${file}`, { temporaryFolder: folder });
  const urls = listPurls(JSON.parse(readFileSync(file, 'utf8')));
  const list = join(folder, `${document}.purls`);
  writeFileSync(list, `${urls.join('\n')}\n`);
  const byList = await readInventory(`purl:${list}`, { temporaryFolder: folder });
  const found = listFindings(read, database);
  const lines = [
    ...compareSets('package', new Set(urls.map(shortenPurl)), listShortPurls(read)),
    ...compareSets('finding', listFindings(byList, database), found),
    ...compareSets(
      'not evaluated',
      listUnevaluated(byList, database),
      listUnevaluated(read, database),
    ),
  ];
  if (target !== undefined) {
    const scanned = await readInventory(`dir:${join(FOLDER, target)}`, { temporaryFolder: folder });
    const [ofTarget, ofDocument] = [listShortPurls(scanned), listShortPurls(read)];
    const isInBoth = (line: string): boolean =>
      [ofTarget, ofDocument].every((purls) => purls.has(line.slice(line.indexOf(' ') + 1)));
    const selectCommon = (all: ReadonlySet<string>) => new Set([...all].filter(isInBoth));
    lines.push(
      ...compareSets('package of the target', ofTarget, ofDocument),
      ...compareSets(
        'finding of the target',
        selectCommon(listFindings(scanned, database)),
        selectCommon(found),
      ),
    );
  }
  return { packages: listShortPurls(read).size, findings: found.size, lines };
}

/** Lists every package URL that is the value of a `purl` member or of an external reference. */
function listPurls(value: unknown): string[] {
  const urls = new Set<string>();
  const visit = (one: unknown): void => {
    if (typeof one !== 'object' || one === null) {
      return;
    }
    for (const [name, member] of Object.entries(one)) {
      const isPurl = name === 'purl' || name === 'referenceLocator';
      if (isPurl && typeof member === 'string' && member.startsWith('pkg:')) {
        urls.add(member);
      }
      visit(member);
    }
  };
  visit(value);
  return [...urls].sort(compareText);
}

function listShortPurls({ packages }: Inventory): ReadonlySet<string> {
  return new Set(packages.filter(({ purl }) => purl !== '').map(({ purl }) => shortenPurl(purl)));
}

/**
 * Normalizes type, names and version to one spelling: without qualifiers, and without the `v` of a
 * version.
 */
function shortenPurl(url: string): string {
  const { type = '', namespace = '', name = '', version = '' } = parsePurl(url) ?? {};
  return `${type}/${namespace}/${name} ${version.replace(/^v(?=\d)/, '')}`.toLowerCase();
}

function listFindings(inventory: Inventory, database: AdvisoryDatabase): ReadonlySet<string> {
  const purls = new Map(inventory.packages.map(({ key, purl }) => [key, shortenPurl(purl)]));
  const { findings } = evaluate(inventory, database, { now: NOW });
  return new Set(findings.map(({ id, packageKey }) => `${id} ${purls.get(packageKey) ?? ''}`));
}

/** Package URLs, or names and versions, of the packages that were not evaluated. */
function listUnevaluated(inventory: Inventory, database: AdvisoryDatabase): ReadonlySet<string> {
  const packages = new Map(inventory.packages.map((pkg) => [pkg.key, pkg]));
  const { unevaluated } = evaluate(inventory, database, { now: NOW });
  return new Set(
    unevaluated.map(({ packageKey }) => {
      const { name = '', version = '', purl = '' } = packages.get(packageKey) ?? {};
      return purl === '' ? `${name} ${version}` : shortenPurl(purl);
    }),
  );
}

function compareSets(
  what: string,
  expected: ReadonlySet<string>,
  actual: ReadonlySet<string>,
): string[] {
  return [
    ...[...expected].filter((one) => !actual.has(one)).map((one) => `missing ${what}: ${one}`),
    ...[...actual].filter((one) => !expected.has(one)).map((one) => `further ${what}: ${one}`),
  ].sort(compareText);
}

/**
 * Returns the lines that no difference explains; adds each difference that explains one to `used`.
 */
export function listUnexplained(
  { document }: ForeignDocument,
  { lines }: ForeignScore,
  { listed, used }: { listed: readonly ForeignDifference[]; used: Set<ForeignDifference> },
): string[] {
  return lines.filter((line) => {
    const fitting = listed.filter(
      (one) => one.document === document && isNameMatch(parseStars(one.line), line),
    );
    fitting.forEach((one) => used.add(one));
    return fitting.length === 0;
  });
}
