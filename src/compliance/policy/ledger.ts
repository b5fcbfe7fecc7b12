import { type Assessment, assessCompleteness } from '../../foundation/core/assessment.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { type Finding, isExploited } from '../../foundation/core/finding.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';
import { formatTargetTitle } from '../../foundation/core/target-title.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { getText } from '../../foundation/syntax/json/member.ts';
import { parseJson } from '../../foundation/syntax/json/parse-json.ts';
import { createPolicyError } from './file/policy-node.ts';
import { identifyPackage } from './package-identity.ts';

/** Times that are added to a line later: by a run, or by people. */
const LATER_TIMES = [
  /** When people had evaluated the vulnerability. */
  'evaluated',
  /** When it was first seen in a catalog of exploited vulnerabilities. */
  'exploitedSince',
  /** When people became aware that it is exploited. */
  'awareness',
  /** When a corrective or mitigating measure was available. */
  'measure',
  /** When the early warning, the notification and the final report were submitted. */
  'warned',
  'notified',
  'reported',
  /** When it was no longer open in a complete result, and when it was found again after that. */
  'closed',
  'reopened',
] as const;

/** Times of a finding, RFC 3339. */
export type FindingTimes = Readonly<
  Partial<Record<'firstSeen' | (typeof LATER_TIMES)[number], string>>
>;

/** When a vulnerability of a package was first seen in the images of one name. */
export interface LedgerLine extends FindingTimes {
  /** Name of the image without tag and digest. */
  readonly image: string;
  /** Package URL without version, or the name. */
  readonly package: string;
  readonly vulnerability: string;
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
      addLedgerLine(ledger, parseLine(written, `${file}:${index + 1}`));
    }
  }
  return ledger;
}

/** Adds a line. Of lines about the same finding, the earliest counts. */
export function addLedgerLine(ledger: Map<string, LedgerLine>, line: LedgerLine): void {
  const key = toKey(line);
  const known = ledger.get(key);
  ledger.set(key, known === undefined ? line : mergeLines(known, line));
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
  if (line === undefined || line.vulnerability === '' || !isTime(line.firstSeen)) {
    throw createPolicyError(place, 'the line is not one of a ledger', 'restore the file');
  }
  const times = LATER_TIMES.flatMap((name): [string, string][] => {
    const time = isRecord(record) ? record[name] : undefined;
    if (time === undefined) {
      return [];
    }
    if (typeof time !== 'string' || !isTime(time)) {
      throw createPolicyError(
        place,
        `"${name}" is not a time`,
        'write it as: 2027-01-31T08:00:00Z',
      );
    }
    return [[name, time]];
  });
  return { ...line, ...Object.fromEntries(times) };
}

function isTime(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text));
}

/** Two branches may have added lines about the same finding: of each time, the earliest counts. */
function mergeLines(one: LedgerLine, other: LedgerLine): LedgerLine {
  const [first, second] = isEarlier(other.firstSeen, one.firstSeen) ? [other, one] : [one, other];
  const times = LATER_TIMES.flatMap((name): [string, string][] => {
    const [left, right] = [first[name], second[name]];
    const time =
      left === undefined || (right !== undefined && isEarlier(right, left)) ? right : left;
    return time === undefined ? [] : [[name, time]];
  });
  return { ...first, ...Object.fromEntries(times) };
}

function isEarlier(left: string, right: string): boolean {
  return Date.parse(left) < Date.parse(right);
}

function toKey({
  image,
  package: name,
  vulnerability,
}: Pick<LedgerLine, 'image' | 'package' | 'vulnerability'>): string {
  return [image, name, vulnerability].join('\n');
}

/**
 * Adds a line for each finding that is seen for the first time, and to lines the time when the
 * finding is first seen as exploited, is closed, or is found again. A time that a line has is never
 * changed.
 */
export function extendLedger(ledger: Ledger, assessment: Assessment, now: string): Ledger {
  const { target, inventory, findings, database } = assessment;
  const items = new Map(inventory.packages.map((item) => [item.key, item]));
  const extended = new Map(ledger);
  const open = new Set<string>();
  const advisories = database?.builtAt ?? '';
  for (const finding of findings?.findings ?? []) {
    const name = nameFinding(finding, items.get(finding.packageKey), target);
    const key = toKey(name);
    const line = extended.get(key) ?? { ...name, firstSeen: now, advisories };
    open.add(key);
    extended.set(key, {
      ...line,
      ...(isExploited(finding) && line.exploitedSince === undefined ? { exploitedSince: now } : {}),
      ...(line.closed !== undefined && line.reopened === undefined ? { reopened: now } : {}),
    });
  }
  // Only an evaluated finding can be closed.
  if (findings?.database !== undefined && assessCompleteness(assessment).isComplete) {
    closeLines(extended, open, { image: nameImage(target), now });
  }
  return extended;
}

function closeLines(
  ledger: Map<string, LedgerLine>,
  open: ReadonlySet<string>,
  { image, now }: { readonly image: string; readonly now: string },
): void {
  for (const [key, line] of ledger) {
    if (line.image === image && line.closed === undefined && !open.has(key)) {
      ledger.set(key, { ...line, closed: now });
    }
  }
}

/** Returns the times of a finding; `undefined` if the ledger does not have it. */
export function findTimes(
  ledger: Ledger,
  finding: Finding,
  item: InventoryPackage | undefined,
  target: TargetDescription,
): FindingTimes | undefined {
  return ledger.get(toKey(nameFinding(finding, item, target)));
}

/** Names an image in a way that stays the same for other tags and digests. */
export function nameImage(target: TargetDescription): string {
  return dropTag(formatTargetTitle(target));
}

/** Removes the tag and the digest of the name of an image. */
export function dropTag(name: string): string {
  const [plain = name] = name.split('@', 1);
  return plain.replace(/:[^:/]*$/, '');
}

function nameFinding(
  { id, packageKey }: Finding,
  item: InventoryPackage | undefined,
  target: TargetDescription,
): Pick<LedgerLine, 'image' | 'package' | 'vulnerability'> {
  return {
    image: nameImage(target),
    package: item === undefined ? packageKey : (identifyPackage(item).at(-1) ?? packageKey),
    vulnerability: id,
  };
}

/** Members in their order: a time that is added moves no other one. */
const MEMBERS = ['image', 'package', 'vulnerability', 'firstSeen', 'advisories', ...LATER_TIMES];

/** Writes a ledger with sorted lines, so that branches merge line by line. */
export function writeLedger(ledger: Ledger): string {
  return [...ledger.values()]
    .map((line) => JSON.stringify(line, MEMBERS))
    .toSorted(compareText)
    .map((line) => `${line}\n`)
    .join('');
}

/**
 * Names each line of the old ledger that the new one lacks or has changed. Times that were added to
 * a line are not changes.
 */
export function listAlteredLines(older: Ledger, newer: Ledger): readonly string[] {
  return [...older].flatMap(([key, line]) => {
    const title = `${line.vulnerability} of ${line.package} in ${line.image}`;
    const now = newer.get(key);
    if (now === undefined) {
      return [`${title}: the line is missing`];
    }
    const changes = COMPARED.flatMap(([name, words]) => {
      const [before, after] = [line[name], now[name]];
      return before === undefined || before === after
        ? []
        : [`${words} ${before} became ${after ?? 'absent'}`];
    });
    return changes.length === 0 ? [] : [`${title}: ${changes.join(', ')}`];
  });
}

const COMPARED = [
  ['firstSeen', 'first seen'],
  ['advisories', 'advisories of'],
  ...LATER_TIMES.map((name) => [name, name] as const),
] as const;
