import type { Assessment } from '../core/assessment.ts';
import { compareText } from '../core/compare-text.ts';
import type { Finding } from '../core/finding.ts';
import type { InventoryPackage } from '../core/inventory.ts';
import type { TargetDescription } from '../core/target.ts';
import { formatTargetTitle } from '../core/target-title.ts';
import { isRecord } from '../syntax/json/guard.ts';
import { getText } from '../syntax/json/member.ts';
import { parseJson } from '../syntax/json/parse-json.ts';
import { createPolicyError } from './file/policy-node.ts';
import { identifyPackage } from './package-identity.ts';

/** When a vulnerability of a package was first seen in the images of one name. */
export interface LedgerLine {
  /** Name of the image without tag and digest. */
  readonly image: string;
  /** Package URL without version, or the name. */
  readonly package: string;
  readonly vulnerability: string;
  /** RFC 3339. */
  readonly firstSeen: string;
  /** Build time of the advisories by which it was seen first. */
  readonly advisories: string;
}

/** Lines by image, package and vulnerability. */
export type Ledger = ReadonlyMap<string, LedgerLine>;

/**
 * Reads a ledger: one JSON object per line. Of lines about the same finding, which two branches may
 * have added, the earliest counts.
 *
 * @throws UserError `E_POLICY` with the line
 */
export function readLedger(text: string, file: string): Ledger {
  const ledger = new Map<string, LedgerLine>();
  for (const [index, written] of text.split('\n').entries()) {
    if (written.trim() !== '') {
      const line = parseLine(written, `${file}:${index + 1}`);
      const known = ledger.get(toKey(line));
      if (known === undefined || line.firstSeen < known.firstSeen) {
        ledger.set(toKey(line), line);
      }
    }
  }
  return ledger;
}

function parseLine(written: string, place: string): LedgerLine {
  const record = parseJson(written);
  const line = isRecord(record)
    ? {
        image: getText(record, 'image'),
        package: getText(record, 'package'),
        vulnerability: getText(record, 'vulnerability'),
        firstSeen: getText(record, 'firstSeen'),
        advisories: getText(record, 'advisories'),
      }
    : undefined;
  if (line === undefined || line.vulnerability === '' || Number.isNaN(Date.parse(line.firstSeen))) {
    throw createPolicyError(place, 'the line is not one of a ledger', 'restore the file');
  }
  return line;
}

function toKey({ image, package: name, vulnerability }: Omit<LedgerLine, 'firstSeen'>): string {
  return [image, name, vulnerability].join('\n');
}

/** Adds a line for each finding that is seen for the first time; no line is ever changed. */
export function extendLedger(
  ledger: Ledger,
  { target, inventory, findings, database }: Assessment,
  now: string,
): Ledger {
  const items = new Map(inventory.packages.map((item) => [item.key, item]));
  const extended = new Map(ledger);
  const advisories = database?.builtAt ?? '';
  for (const finding of findings?.findings ?? []) {
    const name = nameFinding(finding, items.get(finding.packageKey), target);
    const line = { ...name, firstSeen: now, advisories };
    if (!extended.has(toKey(line))) {
      extended.set(toKey(line), line);
    }
  }
  return extended;
}

/** Returns when a finding was first seen; `undefined` if the ledger does not have it. */
export function findFirstSeen(
  ledger: Ledger,
  finding: Finding,
  item: InventoryPackage | undefined,
  target: TargetDescription,
): string | undefined {
  return ledger.get(toKey({ ...nameFinding(finding, item, target), advisories: '' }))?.firstSeen;
}

function nameFinding(
  { id, packageKey }: Finding,
  item: InventoryPackage | undefined,
  target: TargetDescription,
): Pick<LedgerLine, 'image' | 'package' | 'vulnerability'> {
  const name = formatTargetTitle(target);
  const [plain = name] = name.split('@', 1);
  return {
    image: plain.replace(/:[^:/]*$/, ''),
    package: item === undefined ? packageKey : (identifyPackage(item).at(-1) ?? packageKey),
    vulnerability: id,
  };
}

/** Writes a ledger with sorted lines, so that branches merge line by line. */
export function writeLedger(ledger: Ledger): string {
  return [...ledger.values()]
    .map((line) => JSON.stringify(line))
    .toSorted(compareText)
    .map((line) => `${line}\n`)
    .join('');
}

/** Names each line of the old ledger that the new one lacks or has changed. */
export function listAlteredLines(older: Ledger, newer: Ledger): readonly string[] {
  return [...older].flatMap(([key, line]) => {
    const title = `${line.vulnerability} of ${line.package} in ${line.image}`;
    const now = newer.get(key);
    if (now === undefined) {
      return [`${title}: the line is missing`];
    }
    return JSON.stringify(now) === JSON.stringify(line)
      ? []
      : [`${title}: first seen ${line.firstSeen} became ${now.firstSeen}`];
  });
}
