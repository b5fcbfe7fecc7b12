import { createHash } from 'node:crypto';
import { evaluate } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import type { Assessment } from '../../../foundation/core/assessment.ts';
import { type Finding, weakensAbsence } from '../../../foundation/core/finding.ts';
import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import { sortMembers } from '../../../foundation/core/json-document.ts';
import {
  POLICY_OUTCOMES,
  type PolicyVerdict,
  type RuleProof,
} from '../../../foundation/core/policy-verdict.ts';

// The second implementation of policies: it recomputes a verdict from a saved result, and imports
// nothing from the first one.

/** The result of a verification. */
export interface VerdictCheck {
  /** Each contradiction between the verdict and the result; empty if it holds. */
  readonly faults: readonly string[];
  /** Parts that this implementation cannot recompute. */
  readonly unverified: readonly string[];
  /** Number of values of facts that were recomputed. */
  readonly values: number;
}

/** The saved result, as `docs/format-json.md` describes it. */
type SavedResult = Pick<Assessment, 'inventory' | 'findings' | 'coverage'>;
type Match = RuleProof['matches'][number];
type Condition = RuleProof['conditions'][number];
type Truth = boolean | 'unknown';
type Data = string | number | boolean | readonly string[] | undefined;

/** Value of each fact; `undefined` if it is unknown. */
type Facts = ReadonlyMap<string, Data>;
interface Subject {
  readonly key: string;
  readonly facts: Facts;
}

/**
 * Compares two documents in JSON as {@link verifyVerdict} does. Documents of another shape are
 * reported as a fault.
 */
export function verifyVerdictTexts(verdict: string, result: string): VerdictCheck {
  try {
    return verifyVerdict(JSON.parse(verdict) as PolicyVerdict, JSON.parse(result) as SavedResult);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { faults: [`a document is malformed: ${reason}`], unverified: [], values: 0 };
  }
}

interface Report {
  readonly verdict: PolicyVerdict;
  readonly result: SavedResult;
  readonly unverified: string[];
  /** Records a fault unless something holds. */
  readonly claim: (holds: boolean, fault: string) => void;
}

/** Compares a verdict of `check -o json` with the result of `scan -o json` that it was made of. */
function verifyVerdict(verdict: PolicyVerdict, result: SavedResult): VerdictCheck {
  const [faults, unverified]: [string[], string[]] = [[], []];
  const claim: Report['claim'] = (holds, fault) => {
    faults.push(...(holds ? [] : [fault]));
  };
  const report = { verdict, result, unverified, claim };
  let values = 0;
  const { proof, ...proven } = verdict;
  const digest = digestText(JSON.stringify(sortMembers(proven)));
  claim(proof === digest, 'the digest of the proof differs');
  for (const rule of verdict.rules) {
    const subjects = listSubjects(rule.subject, report);
    if (subjects === undefined) {
      unverified.push(`${rule.rule}: subjects of the kind ${rule.subject}`);
    } else {
      values += verifyRule(rule, subjects, report);
    }
  }
  verifyOutcome(report);
  return { faults, unverified, values };
}

function digestText(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function verifyRule(rule: RuleProof, subjects: readonly Subject[], report: Report): number {
  const { rule: id, quantifier, action } = rule;
  const digest = digestText(sortTexts(subjects.map(({ key }) => key)).join('\n'));
  const isSame = rule.subjects === digest && rule.evaluated === subjects.length;
  report.claim(isSame, `${id}: the subjects differ`);
  const isForm = ['some', 'none'].includes(quantifier) && ['warn', 'fail'].includes(action);
  report.claim(isForm, `${id}: it has no valid form`);
  const missing = listMissing(rule.subject, report.result);
  const isMissing = missing.join('\n') === rule.missing.join('\n');
  report.claim(isMissing, `${id}: the reasons why subjects may be missing differ`);
  const unread = rule.conditions.find((one) => !isRecomputable(one, subjects));
  if (unread !== undefined) {
    report.unverified.push(`${id}: the condition "${unread.text}"`);
    return 0;
  }
  let values = 0;
  const states = new Map<string, Truth>();
  for (const subject of subjects) {
    const truths = rule.conditions.map((one) => judgeAgain(one, subject, rule.subject));
    if (!truths.includes(false)) {
      states.set(subject.key, truths.includes('unknown') ? 'unknown' : true);
    }
    const match = rule.matches.find((one) => one.subject === subject.key);
    values += verifyMatch(match, subject, truths, { rule, report });
  }
  verifyMatches(rule, states, report);
  const own = concludeRule(rule, missing);
  report.claim(own === rule.outcome, `${id}: the outcome is ${own}, not ${rule.outcome}`);
  return values;
}

/** Versions in the order of their ecosystem, and composed licenses, are not read here. */
function isRecomputable({ text, fact = '' }: Condition, subjects: readonly Subject[]): boolean {
  const [, order, licenses] = SPECIAL_FORM.exec(text.slice(fact.length + 2)) ?? [];
  const values = subjects.map(({ facts }) => facts.get(fact));
  const isPlain = [licenses, ...values.flat()].every((one) => PLAIN_LICENSES.test(String(one)));
  const isVersion = order !== undefined && values.some((one) => typeof one === 'string');
  const isRead = subjects.every(({ facts }) => facts.has(fact));
  return fact === '' || (isRead && !isVersion && (licenses === undefined || isPlain));
}

const SPECIAL_FORM = /^(?:not )?(?:(over|under|at least|at most) |allowed by (.*))/s;
const PLAIN_LICENSES = /^(?!.*or-later)[\w.-]+(?: OR [\w.-]+)*$/;

function verifyMatch(
  match: Match | undefined,
  { key, facts }: Subject,
  truths: readonly Truth[],
  { rule, report: { claim } }: { readonly rule: RuleProof; readonly report: Report },
): number {
  const conditions = match?.conditions ?? [];
  for (const [index, condition] of conditions.entries()) {
    const { condition: text, holds } = condition;
    const isTrue = holds === truths[index] && text === rule.conditions[index]?.text;
    claim(isTrue, `${rule.rule}: "${text}" is ${truths[index]} for ${key}`);
    for (const { fact, value, unknown } of condition.values) {
      const own = facts.get(fact);
      const isSame =
        own === undefined ? unknown !== undefined : JSON.stringify(own) === JSON.stringify(value);
      claim(isSame && facts.has(fact), `${rule.rule}: ${fact} of ${key} is ${JSON.stringify(own)}`);
    }
  }
  return conditions.flatMap((one) => one.values).length;
}

/** Compares the subjects that must be listed with those that are, and their outcomes. */
function verifyMatches(rule: RuleProof, states: ReadonlyMap<string, Truth>, report: Report): void {
  const raw = [...states].map(([key, state]): [string, RuleProof['outcome']] => [
    key,
    state === true ? rule.action : 'unknown',
  ]);
  const isMet = [...states.values()].includes(true);
  const none = raw.length > 0 ? raw : [[`no ${rule.subject}`, rule.action] as const];
  const expected = new Map(rule.quantifier === 'some' ? raw : isMet ? [] : none);
  const listed = rule.matches.map((one) => one.subject);
  const isListed = sortTexts([...expected.keys()]).join('\n') === sortTexts(listed).join('\n');
  report.claim(isListed, `${rule.rule}: the subjects that it fired for differ`);
  for (const match of rule.matches) {
    const own = expected.get(match.subject);
    const holds = match.outcome === own || isExcused(match, rule, report.verdict);
    report.claim(holds, `${rule.rule}: ${match.subject} is ${own}, not ${match.outcome}`);
  }
}

/** Only an exception that is in force changes an outcome. */
function isExcused(match: Match, { rule }: RuleProof, verdict: PolicyVerdict): boolean {
  const isUsed = match.exceptions.some(
    ({ applies, source }) =>
      applies &&
      verdict.exceptions.some(
        (use) =>
          use.source === source &&
          (use.rule === rule || use.rule === 'every rule') &&
          use.state === 'used' &&
          Date.parse(use.expires) > Date.parse(verdict.evaluatedAt),
      ),
  );
  const isOpen = match.outcome === 'unknown' && match.exceptions.some((one) => !one.applies);
  return match.outcome === 'pass' ? isUsed : isOpen;
}

function concludeRule(
  { quantifier, action, matches }: RuleProof,
  missing: readonly string[],
): RuleProof['outcome'] {
  const has = (outcome: RuleProof['outcome']): boolean =>
    matches.some((one) => one.outcome === outcome);
  const isFired = has(action);
  // A further subject could meet a requirement, or violate a rule that none violates yet.
  const isOpen = missing.length > 0 && isFired === (quantifier === 'none');
  const isDecided = isFired && quantifier === 'some' && action === 'fail';
  if (!isDecided && (isOpen || has('unknown'))) {
    return 'unknown';
  }
  return isFired ? action : 'pass';
}

function verifyOutcome({ verdict, claim, unverified }: Report): void {
  if (verdict.reason !== undefined) {
    unverified.push(`the reason "${verdict.reason}" depends on the policy file`);
    return;
  }
  const ranks = verdict.rules
    .filter((rule) => rule.mode === 'enforce')
    .map(({ outcome, action }) =>
      POLICY_OUTCOMES.indexOf(outcome === 'unknown' && action === 'warn' ? 'warn' : outcome),
    );
  const worst = POLICY_OUTCOMES[Math.max(...ranks)];
  claim(worst === verdict.outcome, `the verdict ${verdict.outcome} does not follow from its rules`);
}

const DAY_MS = 86_400_000;
const AMOUNT = /^(over|under|at least|at most) (-?[\d.]+) ?([a-z]*)$/i;
const SCALES: ReadonlyMap<string, readonly string[]> = new Map([
  ['severity', ['negligible', 'low', 'medium', 'high', 'critical']],
  ['reach', ['unreachable', 'tainted', 'data', 'possible', 'likely', 'required']],
]);
const WILDCARDS: ReadonlyMap<string, string> = new Map(Object.entries({ '*': '.*', '?': '.' }));
/** Singular, in lower case. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ...Object.entries({ '': 1, hour: 1 / 24, day: 1, week: 7, b: 1, byte: 1 }),
  ...Object.entries({ kb: 1e3, mb: 1e6, gb: 1e9, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3 }),
]);

function judgeAgain({ text, fact = '' }: Condition, { facts }: Subject, kind: string): Truth {
  const value = facts.get(fact);
  const known =
    value === undefined ? 'unknown' : judgeForm(fact, text.slice(fact.length + 2), value);
  return fact === '' ? judgeExpression(text, facts, kind) : known;
}

function judgeForm(fact: string, form: string, value: NonNullable<Data>): boolean {
  const negated = /^not (.*)$/s.exec(form)?.[1];
  if (negated !== undefined) {
    return !judgeForm(fact, negated, value);
  }
  const allowed = /^allowed by (.*)$/s.exec(form)?.[1];
  const list = [value].flat();
  if (allowed !== undefined) {
    const ids = allowed.toLowerCase().split(' or ');
    const isAllowed = (one: string): boolean => ids.includes(one.toLowerCase());
    return list.every((one) => String(one).split(' OR ').some(isAllowed));
  }
  return list.some((one) => judgeElement(fact, form, one));
}

function judgeElement(fact: string, form: string, value: string | number | boolean): boolean {
  const [, operator, number, unit = ''] = AMOUNT.exec(form) ?? [];
  if (operator !== undefined && typeof value === 'number') {
    const amount = Number(number) * (UNITS.get(unit.toLowerCase().replace(/s$/, '')) ?? Number.NaN);
    const order = value - amount;
    return { over: order > 0, under: order < 0, 'at least': order >= 0, 'at most': order <= 0 }[
      operator as 'over'
    ];
  }
  const [, word = '', side] = /^(\S+) or (worse|better)$/.exec(form) ?? [];
  if (side !== undefined) {
    const scale = SCALES.get(fact) ?? [];
    const order = scale.indexOf(String(value)) - scale.indexOf(word);
    return side === 'worse' ? order >= 0 : order <= 0;
  }
  const pattern = /^matching \/(.*)\/$/s.exec(form)?.[1];
  if (pattern !== undefined) {
    return RE2JS.compile(pattern).matcher(String(value)).find();
  }
  const glob = /^like (.*)$/s.exec(form)?.[1];
  if (glob !== undefined) {
    const parts = glob.split(/([*?])/).map((part) => WILDCARDS.get(part) ?? RE2JS.quote(part));
    return RE2JS.compile(parts.join(''), RE2JS.DOTALL).matcher(String(value)).matches();
  }
  return form.split(', ').includes(String(value));
}

/** The library evaluates; a missing member is an error, which && and || absorb. */
function judgeExpression(text: string, facts: Facts, kind: string): Truth {
  const name = kind === 'package' ? 'pkg' : kind;
  const known = [...facts].filter(([, value]) => value !== undefined);
  const subject = Object.fromEntries(known.map(([id, value]) => [id.replaceAll('-', '_'), value]));
  try {
    const value: unknown = evaluate(text, { [name]: subject });
    return typeof value === 'boolean' ? value : 'unknown';
  } catch {
    return 'unknown';
  }
}

function listSubjects(kind: string, report: Report): readonly Subject[] | undefined {
  const { result } = report;
  const { packages } = result.inventory;
  const items = new Map(packages.map((item) => [item.key, item]));
  if (kind === 'package') {
    return packages.map((item) => {
      return { key: `package ${item.key}`, facts: readPackageFacts(item, result) };
    });
  }
  const findings = result.findings?.database ? result.findings.findings : [];
  return kind !== 'finding'
    ? undefined
    : findings.map((finding) => ({
        key: `finding ${finding.id} ${finding.packageKey}`,
        facts: readFindingFacts(finding, items.get(finding.packageKey), report),
      }));
}

/** Reasons why a list of subjects may be incomplete, by the coverage in the result. */
function listMissing(kind: string, { coverage, findings }: SavedResult): readonly string[] {
  const others = kind === 'finding' ? [] : ['findings', 'database'];
  const reasons = coverage.reasons.filter(({ about }) => !others.includes(about));
  const listed = reasons.map(({ reason }) => reason);
  const doubts = (findings?.alerts ?? []).filter(weakensAbsence).map(({ message }) => message);
  const more = kind === 'finding' ? doubts.filter((one) => !listed.includes(one)) : [];
  return kind !== 'finding' || findings?.database
    ? [...listed, ...more]
    : ['vulnerabilities were not evaluated: no advisory database'];
}

function readFindingFacts(
  finding: Finding,
  item: InventoryPackage | undefined,
  { result, verdict }: Report,
): Facts {
  const { id, aliases, severity, fixState, matches, risk, reach } = finding;
  const now = Date.parse(verdict.evaluatedAt);
  const scores = matches.flatMap((match) => match.scores ?? []);
  const isKnownFix = fixState !== 'unknown';
  const fixes = matches.flatMap((match) => match.fixes);
  const fixDates = fixes.flatMap(({ available }) => available?.date ?? []);
  const records = matches.flatMap(({ record, related }) => [record, ...related]);
  const published = records.flatMap(({ publishedAt }) => publishedAt ?? []);
  const weaknesses = sortTexts(matches.flatMap((match) => match.weaknesses.map(({ cwe }) => cwe)));
  const providers = (result.findings?.database?.providers ?? []).map((one) => one.id);
  const hasCatalog = providers.includes('kev') || providers.includes('cisa-kev');
  const isExploited = matches.some(({ exploited }) => exploited.length > 0);
  const kinds = matches.flatMap(({ reasons }) => reasons.map(({ kind }) => kind));
  const fixAge = fixState === 'fixed' ? countDays(fixDates, now) : 0;
  return new Map<string, Data>([
    ['id', [id, ...aliases]],
    ['severity', severity === 'unknown' ? undefined : severity],
    ['cvss', findHighest(scores.map(({ baseScore }) => baseScore))],
    ['cvss-exploitability', findHighest(scores.flatMap((one) => one.exploitabilityScore ?? []))],
    ['cvss-impact', findHighest(scores.flatMap((one) => one.impactScore ?? []))],
    ['epss', findHighest(matches.flatMap((match) => match.epss.map(({ epss }) => epss)))],
    ['exploited', isExploited || (hasCatalog ? false : undefined)],
    ['fix-state', isKnownFix ? fixState : undefined],
    ['fix', isKnownFix ? fixState === 'fixed' : undefined],
    ['fix-age', isKnownFix ? fixAge : undefined],
    ['published-age', countDays(published, now)],
    ['risk', risk],
    ['reach', reach === 'unknown' ? undefined : reach],
    ['weakness', weaknesses.length === 0 ? undefined : weaknesses],
    ['guess', kinds.length > 0 && kinds.every((kind) => kind === 'cpe')],
    ['package', item?.name],
    ['package-type', item?.type],
    ['system-package', item === undefined ? undefined : item.language === ''],
    ['path', item === undefined ? undefined : readPaths(item)],
  ]);
}

/** Days since the earliest of some dates. */
function countDays(dates: readonly string[], now: number): number | undefined {
  return dates.length === 0 ? undefined : (now - Date.parse(sortTexts(dates)[0] ?? '')) / DAY_MS;
}

function findHighest(numbers: readonly number[]): number | undefined {
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

function sortTexts(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort((left, right) => (left < right ? -1 : 1));
}

function readPackageFacts(item: InventoryPackage, result: SavedResult): Facts {
  const { name, version, type, purl, confidence, licenses, key } = item;
  const declared = licenses.filter(({ kind }) => kind === 'declared');
  const used = declared.length > 0 ? declared : licenses;
  const expressions = [...new Set(used.map(({ expression }) => expression))];
  const isStated = expressions.length > 0 && !expressions.includes('');
  const reach = result.inventory.reach?.packages.find((one) => one.packageKey === key);
  return new Map<string, Data>([
    ['name', name],
    ['version', version || undefined],
    ['type', type],
    ['purl', purl || undefined],
    ['license', isStated ? expressions : undefined],
    ['license-text', licenses.length === 0 ? undefined : licenses.map(({ value }) => value)],
    ['path', readPaths(item)],
    ['confidence', confidence],
    ['reach', reach?.reach],
  ]);
}

function readPaths({ locations }: InventoryPackage): Data {
  return locations.length === 0 ? undefined : locations.map(({ path }) => path);
}
