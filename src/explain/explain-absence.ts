import type { Advisory, AdvisoryDatabase } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import type { Findings } from '../core/finding.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';
import { toLabel } from '../core/package-context.ts';
import { formatCount } from '../core/screen-text.ts';
import type { Judgement } from '../match/judgement.ts';
import { type MatchOptions, matchInventory } from '../match/match-inventory.ts';
import { isCalled, type Question } from './explain-finding.ts';
import type { AbsenceExplanation, Considered, Rejection } from './explanation.ts';
import { type Lookup, recordLookups } from './recorded-database.ts';

/** The result of a scan, and the database that it used. */
export interface Evaluated {
  readonly inventory: Inventory;
  readonly findings: Findings;
  readonly database: AdvisoryDatabase;
  readonly options: MatchOptions;
}

/**
 * Explains why a vulnerability is not a finding: which packages were looked up, which statements
 * about it were under their keys, and why each was rejected. Each package with such a statement is
 * matched once more, alone, so that the comparisons are those of the matching itself.
 */
export function explainAbsence(question: Question, evaluated: Evaluated): AbsenceExplanation {
  const { inventory, findings, database, options } = evaluated;
  const wanted = question.package;
  const requested = inventory.packages.filter(
    (one) => wanted === undefined || isCalled(one, wanted),
  );
  const { knownBy, ids } = findRecords(question.id, database);
  const all = recordLookups(database);
  matchInventory({ ...inventory, packages: requested }, all.database, options);
  const mentions = (advisory: Advisory): boolean => isRelated(advisory, ids);
  const isMentioned = all.lookups.some(({ advisories }) => advisories.some(mentions));
  const considered = isMentioned
    ? requested.flatMap((item) => considerPackage(item, { ...evaluated, mentions }))
    : [];
  const reached = new Set(requested.map(({ key }) => key));
  const byKey = new Map(requested.map((one) => [one.key, one]));
  const answer = {
    kind: 'absence',
    id: question.id,
    ids,
    knownBy,
    considered,
    packagesSearched: requested.length,
    keysSearched: new Set(all.lookups.map(({ key }) => key)).size,
    unjudged: findings.unevaluated.flatMap(({ packageKey, detail, vulnerability }) => {
      const item = byKey.get(packageKey);
      const isMatch = vulnerability === undefined || ids.includes(vulnerability);
      return item === undefined || !isMatch ? [] : [{ package: toLabel(item), detail }];
    }),
    alerts: findings.alerts.filter(
      ({ packageKeys }) => packageKeys.length === 0 || packageKeys.some((key) => reached.has(key)),
    ),
  } as const;
  return { ...answer, summary: summarizeAbsence(answer, wanted) };
}

/** Returns the sources that have a record of the vulnerability, and all of its IDs. */
function findRecords(
  id: string,
  database: AdvisoryDatabase,
): Pick<AbsenceExplanation, 'knownBy' | 'ids'> {
  const ids = new Set([id]);
  const knownBy: string[] = [];
  for (const provider of database.description.providers) {
    const record = database.findRecord(provider.id, id);
    if (record !== undefined) {
      knownBy.push(provider.id);
      for (const one of [record.id, ...record.aliases]) {
        ids.add(one);
      }
    }
  }
  return { knownBy: knownBy.toSorted(compareText), ids: [...ids].toSorted(compareText) };
}

function isRelated(advisory: Advisory, ids: readonly string[]): boolean {
  const own = [advisory.vulnerability, ...advisory.aliases, ...advisory.cves];
  return own.some((one) => ids.some((id) => id.toLowerCase() === one.toLowerCase()));
}

export interface Consideration extends Omit<Evaluated, 'findings'> {
  /** Returns whether the question is about a statement. */
  mentions(advisory: Advisory): boolean;
}

/** Explains why statements under the keys of a package were rejected; empty if there are none. */
export function considerPackage(
  item: InventoryPackage,
  { inventory, database, options, mentions }: Consideration,
): readonly Considered[] {
  const recorded = recordLookups(database);
  const judgements: Judgement[] = [];
  matchInventory({ ...inventory, packages: [item] }, recorded.database, {
    ...options,
    observe: (judgement) => judgements.push(judgement),
  });
  const rejections = new Map<string, Rejection>();
  for (const { key, advisories } of recorded.lookups) {
    for (const advisory of advisories.filter(mentions)) {
      const made = judgements.filter((one) => isSame(one.advisory, advisory));
      for (const rejection of listRejections(item, { key, advisory, made })) {
        rejections.set(JSON.stringify(rejection), rejection);
      }
    }
  }
  return rejections.size === 0
    ? []
    : [{ package: toLabel(item), rejections: [...rejections.values()] }];
}

/** The matching may compare a corrected copy of a statement. */
function isSame(left: Advisory, right: Advisory): boolean {
  return (
    left === right ||
    (left.record.shard === right.record.shard &&
      left.record.key === right.record.key &&
      left.packageName === right.packageName &&
      left.product?.product === right.product?.product &&
      left.operatingSystem?.id === right.operatingSystem?.id)
  );
}

interface Looked {
  readonly key: Lookup['key'];
  readonly advisory: Advisory;
  /** The comparisons of the statement; empty if it was rejected before. */
  readonly made: readonly Judgement[];
}

function listRejections(item: InventoryPackage, looked: Looked): readonly Rejection[] {
  const { key, advisory, made } = looked;
  const { provider: source, vulnerability } = advisory;
  const frame = { source, vulnerability, key };
  if (made.length === 0) {
    return [{ ...frame, ...explainUnjudged(item, advisory), comparisons: [] }];
  }
  return made.map((judgement) => ({
    ...frame,
    ...explainJudged(item, judgement),
    comparisons: judgement.comparisons,
  }));
}

type Reason = Pick<Rejection, 'why' | 'detail'>;

/** Returns why a statement was never compared with the version. */
function explainUnjudged(item: InventoryPackage, advisory: Advisory): Reason {
  const { status, product, qualifiers } = advisory;
  if (status === 'rejected') {
    return { why: 'withdrawn', detail: `${advisory.provider} has withdrawn its advisory` };
  }
  if (product !== undefined) {
    const named = [product.vendor, product.product, product.targetSoftware]
      .filter((part) => part !== '')
      .join(' ');
    return {
      why: 'another-product',
      detail: `it is about the product "${named}", which matches no CPE of ${item.name}`,
    };
  }
  const stated = [
    ...(qualifiers?.architecture === undefined
      ? []
      : [`the architecture ${qualifiers.architecture}`]),
    ...(qualifiers?.modularity === undefined
      ? []
      : [qualifiers.modularity === '' ? 'no module' : `the module ${qualifiers.modularity}`]),
    ...(qualifiers?.platformCpes ?? []).map((cpe) => `the platform ${cpe}`),
  ];
  const about = stated.length === 0 ? 'another package' : stated.join(' and ');
  const own = [item.architecture, item.modularity].filter(Boolean).join(', ');
  return {
    why: 'not-qualified',
    detail: `it is about ${about}, but the package is ${own === '' ? 'not known to be that' : own}`,
  };
}

function explainJudged(item: InventoryPackage, judgement: Judgement): Reason {
  const { advisory, isInRange, range, parseFailure } = judgement;
  if (isInRange === undefined) {
    return { why: 'not-understood', detail: parseFailure?.detail ?? `the range "${range}"` };
  }
  if (advisory.effect === 'unaffected') {
    return isInRange
      ? { why: 'not-affected', detail: `"${range}" is listed as not affected` }
      : {
          why: 'version-outside',
          detail: `${item.version} is not in the unaffected range "${range}"`,
        };
  }
  return isInRange
    ? {
        why: 'outweighed',
        detail: `${item.version} is in "${range}", but another advisory or rule takes precedence`,
      }
    : { why: 'version-outside', detail: `${item.version} is not in the affected range "${range}"` };
}

function summarizeAbsence(
  {
    id,
    knownBy,
    considered,
    packagesSearched,
    keysSearched,
    unjudged,
  }: Omit<AbsenceExplanation, 'summary'>,
  wanted: string | undefined,
): string {
  if (packagesSearched === 0) {
    const which =
      wanted === undefined ? 'there are no packages' : `no package is named "${wanted}"`;
    return `${which}, so nothing could be matched against ${id}`;
  }
  if (considered.length > 0) {
    const fell = considered.reduce((sum, { rejections }) => sum + rejections.length, 0);
    return `${formatCount(fell, 'advisory', 'advisories')} about ${id} on ${formatCount(considered.length, 'package')} did not match`;
  }
  const doubt =
    unjudged.length === 0
      ? ''
      : `; ${formatCount(unjudged.length, 'package')} could not be evaluated`;
  const known =
    knownBy.length === 0
      ? 'no source in the database has a record of it'
      : `${knownBy.join(', ')} ${knownBy.length === 1 ? 'lists' : 'list'} it, but not for a package of this target`;
  return `none of the ${formatCount(keysSearched, 'key')} of ${formatCount(packagesSearched, 'package')} has an advisory about ${id}: ${known}${doubt}`;
}
