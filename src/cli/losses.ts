import { FACT_KINDS, type FactKind, type Format, type Report } from '../foundation/core/format.ts';
import type { Inventory, InventoryPackage } from '../foundation/core/inventory.ts';
import { groupDigits } from '../foundation/core/screen-text.ts';
import type { Context } from './command.ts';
import type { Output } from './output.ts';

/**
 * Reports for each output the facts of the report that its format cannot represent, and their
 * number.
 */
export function reportLosses(report: Report, outputs: readonly Output[], context: Context): void {
  const counts = countFacts(report);
  for (const { format, version } of outputs) {
    const losses = listLosses(format, counts, version);
    if (losses.length > 0) {
      context.notify(`note: ${format.id} cannot represent: ${formatLosses(losses)}`);
    }
    const details = countKinds(format.omittedDetails ?? [], counts);
    if (details.length > 0 && !context.resolved.values.full) {
      const list = formatLosses(details);
      context.notify(`note: ${format.id} leaves out, unless --full is set: ${list}`);
    }
  }
}

function formatLosses(losses: readonly Loss[]): string {
  return losses.map(([kind, count]) => `${groupDigits(count)} ${FACT_KINDS[kind]}`).join(', ');
}

/**
 * Reports the facts of a document that its reader does not support, so that no output can have
 * them.
 */
export function reportNotRead(
  omitted: ReadonlyMap<string, number> | undefined,
  context: Context,
): void {
  const list = [...(omitted ?? [])].map(([what, count]) => `${groupDigits(count)} ${what}`);
  if (list.length > 0) {
    context.notify(`note: not read from the document: ${list.join(', ')}`);
  }
}

type Loss = readonly [kind: FactKind, count: number];

/** Returns the present facts that a format omits. */
export function listLosses(
  format: Format,
  counts: ReadonlyMap<FactKind, number>,
  version = format.versions?.usual ?? '',
): Loss[] {
  const { carries, omittedFacts = [], versions } = format;
  const hasFindings =
    carries.includes('findings') && (versions?.withFindings?.includes(version) ?? true);
  return countKinds(hasFindings ? omittedFacts : ['findings', ...omittedFacts], counts);
}

function countKinds(kinds: readonly FactKind[], counts: ReadonlyMap<FactKind, number>): Loss[] {
  return kinds.flatMap((kind) => {
    const count = counts.get(kind) ?? 0;
    return count > 0 ? [[kind, count] as const] : [];
  });
}

/** Counts the facts of each kind. */
export function countFacts({ inventory, findings }: Report): ReadonlyMap<FactKind, number> {
  const { packages, files, target } = inventory;
  const sum = (countIn: (pkg: InventoryPackage) => number): number =>
    packages.reduce((total, pkg) => total + countIn(pkg), 0);
  const countPackages = (has: (pkg: InventoryPackage) => boolean): number =>
    packages.filter(has).length;
  const hasDocuments = target.kind === 'image' && target.manifest.length > 0;
  const counts: Readonly<Record<FactKind, number>> = {
    findings: findings?.findings.length ?? 0,
    unnamed: countPackages(({ purl }) => purl === ''),
    licenses: sum(({ licenses }) => licenses.length),
    cpes: sum(({ cpes }) => cpes.length),
    dependencies: countEdges(inventory, 'dependency-of') + countEdges(inventory, 'needs-file'),
    ownership: countEdges(inventory, 'owns-package'),
    files: files.length,
    ownedFiles: sum(({ ownedFiles }) => ownedFiles.length),
    fileFacts: sum(countFileFacts),
    reasons: countPackages(({ rule }) => rule !== ''),
    locations: sum(({ locations }) => locations.length),
    upstreams: sum(({ upstreams }) => upstreams.length),
    modules: countPackages(({ modularity = '' }) => modularity !== ''),
    symbols: countPackages(({ symbols }) => symbols !== undefined),
    changelogs: countPackages(({ changelogFixes }) => changelogFixes !== undefined),
    metadata: countPackages(({ metadata }) => metadata !== undefined),
    declaredFacts: countPackages(isDeclared),
    distro: inventory.distro === undefined ? 0 : 1,
    problems: inventory.problems.length + inventory.problemsNotListed,
    imageDocuments: hasDocuments ? 1 : 0,
  };
  return new Map(Object.entries(counts) as [FactKind, number][]);
}

/** Returns whether another document declares something that no available record contains. */
function isDeclared({
  supplier,
  digests,
  author,
  description,
  homepage,
  file,
}: InventoryPackage): boolean {
  return [supplier, digests, author, description, homepage, file].some(
    (fact) => fact !== undefined,
  );
}

/** Counts the files of the record that have more facts than their path. */
function countFileFacts({ metadata }: InventoryPackage): number {
  const files = metadata?.value['files'];
  const hasMore = (file: unknown): boolean =>
    typeof file === 'object' && file !== null && Object.keys(file).length > 1;
  return Array.isArray(files) ? files.filter(hasMore).length : 0;
}

function countEdges({ relationships }: Inventory, kind: string): number {
  return relationships.filter((edge) => edge.kind === kind).length;
}
