import type { Advisory, CpeProduct } from '../../core/advisory.ts';
import { appendAll } from '../../core/append-all.ts';
import { present } from '../../core/assert.ts';
import { compareText } from '../../core/compare-text.ts';
import { defined } from '../../core/defined.ts';
import type { MatchReason } from '../../core/finding.ts';
import { type CpeAttributes, formatCpe, isProductMatch } from '../cpe.ts';
import { readFixes } from '../fix.ts';
import { dropSharedIds } from '../identity.ts';
import { judge, parseVersion } from '../judge.ts';
import type { Judgement } from '../judgement.ts';
import type { Candidate, MatchContext, Outcome, Subject, Suppression } from '../matcher.ts';
import { toCoreKey, toFixKey } from '../merge.ts';
import { isQualified } from '../qualifier.ts';
import { findOverruled } from '../source-precedence.ts';
import { isWithdrawn } from '../status.ts';
import { isForTarget } from '../target-software.ts';
import { listUnevaluated } from '../unevaluated.ts';
import { createSuppressions } from './system-search.ts';

/** Products are guessed, not stated by the package. */
const CONFIDENCE = 0.9;

interface Found {
  readonly cpe: string;
  readonly judgement: Judgement;
  /** The rule that ignores it, if another source takes precedence. */
  readonly rule: string | undefined;
}

/**
 * Searches statements about the products that the package's CPEs name. `comparableVersion` converts
 * a package's version to the upstream version.
 */
export function searchProducts(
  subject: Subject,
  context: MatchContext,
  comparableVersion: (version: string) => string = (version) => version,
): Outcome {
  const found: Found[] = [];
  const suppressions: Suppression[] = [];
  const open: Judgement[] = [];
  for (const cpe of subject.cpes) {
    // The search for packages that only lack a version observes this look-up.
    const advisories = findProductAdvisories(cpe, subject, context);
    const version = chooseVersion(cpe, subject, comparableVersion);
    if (advisories.length === 0 || version === undefined) {
      continue;
    }
    const searched = formatCpe({ ...cpe, version });
    const judgements = advisories.map((advisory) =>
      judge(advisory, parseVersion(subject, context, version), context),
    );
    const affected = judgements.filter(({ advisory }) => advisory.effect === 'affected');
    const unaffected = judgements.filter(
      (one) => one.advisory.effect === 'unaffected' && one.isInRange === true,
    );
    const inRange = affected.filter((one) => one.isInRange === true);
    const { isOutside, unaffectedCancels } = context.strategy.verdicts;
    const outside = affected.filter(isOutside);
    const cancelling = unaffectedCancels ? unaffected : [];
    const remaining = dropSharedIds(affected, cancelling, context);
    const counted = remaining.filter((one) => one.isInRange === true);
    const rules = findOverruled(counted, remaining, context);
    found.push(
      ...counted.map((judgement) => ({ cpe: searched, judgement, rule: rules.get(judgement) })),
    );
    appendAll(
      open,
      remaining.filter((one) => one.isInRange === undefined),
    );
    const notAffected = [...dropSharedIds(outside, inRange, context), ...unaffected];
    appendAll(suppressions, createSuppressions(subject, 'product-not-vulnerable', notAffected));
  }
  return {
    candidates: gather(subject, found),
    suppressions,
    unevaluated: listUnevaluated(subject, open),
  };
}

/** Returns the version to compare: that of the CPE, or else that of the package. */
function chooseVersion(
  cpe: CpeAttributes,
  subject: Subject,
  comparableVersion: (version: string) => string,
): string | undefined {
  const own = comparableVersion(cpe.version);
  const isOpen = own === '' || own === '-' || isUnknownVersion(own);
  const version = isOpen ? subject.version : own;
  return isUnknownVersion(version) ? undefined : version;
}

export function isUnknownVersion(version: string): boolean {
  return version.toLowerCase() === 'unknown';
}

function findProductAdvisories(
  cpe: CpeAttributes,
  subject: Subject,
  context: MatchContext,
): readonly Advisory[] {
  if (cpe.product === '') {
    return [];
  }
  return context.lookup
    .findProduct(cpe.product)
    .filter(
      (advisory) =>
        context.strategy.statements.isAboutProduct(advisory) &&
        isProductMatch(getProduct(advisory), cpe) &&
        !isWithdrawn(advisory) &&
        isForTarget(getProduct(advisory), subject) &&
        isQualified(advisory, subject, context),
    );
}

function getProduct(advisory: Advisory): CpeProduct {
  return present(advisory.product, 'a product in a statement about one');
}

interface Entry {
  readonly first: Judgement;
  readonly reasons: Map<string, MatchReason>;
  /** Absent if any of its statements counts. */
  rule: string | undefined;
}

/**
 * Returns one candidate per vulnerability and set of fixes, with one reason per range and product
 * that lists all CPEs that found it.
 */
function gather(subject: Subject, found: readonly Found[]): readonly Candidate[] {
  const byCandidate = new Map<string, Entry>();
  for (const { cpe, judgement, rule } of found) {
    const { advisory } = judgement;
    const fixKey = toFixKey(readFixes(advisory).fixes);
    const key = `${toCoreKey(subject.package.key, advisory)} ${fixKey}`;
    const entry = byCandidate.get(key) ?? { first: judgement, reasons: new Map(), rule };
    entry.rule = rule === undefined ? undefined : entry.rule;
    byCandidate.set(key, entry);
    const foundCpe = formatCpe(getProduct(advisory));
    const reasonKey = `${judgement.range} ${foundCpe}`;
    const known = entry.reasons.get(reasonKey);
    const cpes = new Set([...(known?.searchedCpes ?? []), cpe]);
    entry.reasons.set(reasonKey, {
      ...(known ?? createReason(subject, judgement, foundCpe)),
      searchedCpes: [...cpes].toSorted(compareText),
      searchedKey: [...cpes].toSorted(compareText).join(' '),
    });
  }
  return [...byCandidate.values()].map(({ first, reasons, rule }) => ({
    packageKey: subject.package.key,
    advisory: first.advisory,
    reasons: [...reasons.values()],
    ...readFixes(first.advisory),
    ...defined({ rule }),
  }));
}

function createReason(subject: Subject, judgement: Judgement, foundCpe: string): MatchReason {
  return {
    kind: 'cpe',
    matcher: subject.matcher.id,
    searchedKey: '',
    searchedName: subject.name,
    searchedVersion: subject.version,
    searchedCpes: [],
    advisory: judgement.advisory,
    range: judgement.range,
    comparisons: judgement.comparisons,
    foundCpes: [foundCpe],
    confidence: CONFIDENCE,
  };
}
