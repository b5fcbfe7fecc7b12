import fs from 'node:fs';
import path from 'node:path';
import { readInventory } from '../../../src/assess/read-inventory.ts';
import type { AdvisoryDatabase } from '../../../src/foundation/core/advisory.ts';
import type { Finding } from '../../../src/foundation/core/finding.ts';
import type { Inventory } from '../../../src/foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../../../src/foundation/core/limits.ts';
import { SILENT } from '../../../src/foundation/core/progress.ts';
import {
  type BuildInput,
  buildDatabase,
} from '../../../src/vulnerability/advisory/build-database.ts';
import { openDatabase } from '../../../src/vulnerability/advisory/open-database.ts';
import { matchPackages } from '../../support/match.ts';
import { listCaseTargets, listCorpusTargets } from '../targets.ts';
import { FEED_SAMPLES } from './sources.data.ts';

/** The documents that the recorded database of Grype was built from. */
const SOURCE_ARCHIVES = /^raw\//;
const ANY_TARGET = /^/;

interface Places {
  /** Directory with the test material. */
  readonly shared: string;
  readonly scratch: string;
  /** The imported database of Grype. */
  readonly recorded: string;
  readonly now: string;
  /** Unpacks an archive, and returns its files. */
  readonly unpack: (archive: string, folder: string) => readonly string[];
}

/**
 * Scans every recorded target with the imported database, and with one built from the same
 * documents, and prints each finding that only one of them has.
 *
 * @returns the number of findings whose difference is not proven
 */
export async function compareFindings(places: Places): Promise<number> {
  const { shared, scratch, recorded, now } = places;
  const { folder, sources } = await buildAll(places);
  using own = openDatabase(folder);
  using other = openDatabase(recorded);
  const targetFolder = path.join(scratch, 'targets');
  fs.mkdirSync(targetFolder);
  const targets = [
    ...listCaseTargets(shared, targetFolder),
    ...listCorpusTargets(shared, targetFolder, ANY_TARGET),
  ];
  let unproven = 0;
  let same = 0;
  for (const { name, input } of targets) {
    const inventory = await readInventory(input, { name, temporaryFolder: targetFolder });
    const ours = listFound(inventory, own, now);
    const theirs = listFound(inventory, other, now);
    const onlyOurs = ours.filter((one) => !theirs.some((two) => isSame(one, two)));
    const onlyTheirs = theirs.filter((one) => !ours.some((two) => isSame(one, two)));
    const fixes = theirs.filter((one) => hasOtherFix(one, ours));
    const reasons = onlyTheirs.map((one) => proveAbsence(one, sources));
    const counts = Map.groupBy(reasons, (reason) => reason ?? 'not proven');
    const listed = Array.from(counts, ([reason, { length }]) => `${length} ${reason}`).join(', ');
    same += ours.length - onlyOurs.length;
    console.log(
      `findings ${name.padEnd(20)} same ${ours.length - onlyOurs.length}, only ours ${onlyOurs.length}, only recorded ${onlyTheirs.length}${listed === '' ? '' : ` (${listed})`}, other fix ${fixes.length}`,
    );
    const wrong = [
      ...onlyOurs,
      ...onlyTheirs.filter((_, at) => reasons[at] === undefined),
      ...fixes,
    ];
    for (const { title, finding } of wrong) {
      console.log(`    ${title} ${finding.id} → ${finding.fixVersions.join(' ')}`);
    }
    unproven += wrong.length;
  }
  console.log(
    `findings: ${same} are the same on ${targets.length} targets, ${unproven} not proven`,
  );
  return unproven;
}

async function buildAll({ scratch, now, unpack }: Places) {
  const folder = path.join(scratch, 'own-database');
  const samples = FEED_SAMPLES.filter(({ archive }) => SOURCE_ARCHIVES.test(archive));
  const files: BuildInput[] = [];
  for (const { archive, provider, documents } of samples) {
    const unpacked = unpack(archive, path.join(scratch, `all-${path.basename(archive)}`));
    for (const file of unpacked.filter((one) => documents.test(one))) {
      files.push({ provider, file });
    }
  }
  await buildDatabase(files, folder, { progress: SILENT, limits: DEFAULT_LIMITS, now });
  return { folder, sources: new Set(samples.flatMap((one) => one.recorded ?? [])) };
}

interface Found {
  readonly title: string;
  readonly finding: Finding;
  readonly ids: ReadonlySet<string>;
}

function listFound(inventory: Inventory, database: AdvisoryDatabase, now: string): Found[] {
  const titles = new Map(
    inventory.packages.map(({ key, name, version }) => [key, `${name} ${version}`]),
  );
  return matchPackages(inventory, database, { now }).findings.map((finding) => ({
    title: titles.get(finding.packageKey) ?? '',
    finding,
    ids: new Set([finding.id, ...finding.aliases]),
  }));
}

function isSame(one: Found, two: Found): boolean {
  return (
    one.finding.packageKey === two.finding.packageKey && [...one.ids].some((id) => two.ids.has(id))
  );
}

/**
 * Returns whether the same findings of the other database all suggest another version first.
 * Findings of one package can share an ID, so there can be several.
 */
function hasOtherFix(one: Found, others: readonly Found[]): boolean {
  const [first] = one.finding.fixVersions;
  const fixes = others
    .filter((two) => isSame(one, two))
    .flatMap(({ finding }) => finding.fixVersions[0] ?? []);
  return first !== undefined && fixes.length > 0 && !fixes.includes(first);
}

/** Returns the reason why only the recorded database has a finding, by its statements. */
function proveAbsence({ finding }: Found, sources: ReadonlySet<string>): string | undefined {
  const advisories = finding.matches.flatMap(({ reasons }) =>
    reasons.map(({ advisory }) => advisory),
  );
  if (advisories.every(({ provider }) => !sources.has(provider))) {
    return 'of a source whose documents are not recorded';
  }
  return advisories.every(({ ranges }) => ranges.length === 0)
    ? 'of an unreviewed report without versions'
    : undefined;
}
