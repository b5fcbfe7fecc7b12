import { createHash } from 'node:crypto';
import { evaluate } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import type { Coverage } from '../../core/coverage.ts';
import { type Finding, type Findings, weakensAbsence } from '../../core/finding.ts';
import type { Inventory, InventoryPackage } from '../../core/inventory.ts';
import {
  type FactProof,
  POLICY_OUTCOMES,
  type PolicyOutcome,
  type PolicyVerdict,
  type RuleProof,
  type SubjectProof,
} from '../../core/policy-verdict.ts';

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
interface SavedResult {
  readonly inventory: Inventory;
  readonly findings?: Findings;
  readonly coverage: Coverage;
}

type Truth = boolean | 'unknown';
type Data = FactProof['value'];

interface Subject {
  readonly key: string;
  /** Value of each fact; `undefined` if it is unknown. */
  readonly facts: ReadonlyMap<string, Data>;
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

/** Compares a verdict of `check -o json` with the result of `scan -o json` that it was made of. */
function verifyVerdict(verdict: PolicyVerdict, result: SavedResult): VerdictCheck {
  const faults: string[] = [];
  const unverified: string[] = [];
  let values = 0;
  if (verdict.proof !== digestProof(verdict)) {
    faults.push('the digest of the proof differs');
  }
  const world = { result, now: Date.parse(verdict.evaluatedAt) };
  for (const rule of verdict.rules) {
    const subjects = listSubjects(rule.subject, world);
    if (subjects === undefined) {
      unverified.push(`${rule.rule}: subjects of the kind ${rule.subject}`);
      continue;
    }
    values += verifyRule(rule, subjects, { verdict, result, faults, unverified });
  }
  verifyOutcome(verdict, faults, unverified);
  return { faults, unverified, values };
}

/** SHA-256 of the verdict with sorted members and without its own digest. */
function digestProof({ proof: _, ...verdict }: PolicyVerdict): string {
  const text = JSON.stringify(JSON.parse(JSON.stringify(verdict)), sortMembers);
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function sortMembers(_: string, value: unknown): unknown {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? Object.fromEntries(Object.entries(value).sort(compareNames)) : value;
}

function compareNames(
  [left]: readonly [string, unknown],
  [right]: readonly [string, unknown],
): number {
  return left < right ? -1 : 1;
}

interface Report {
  readonly verdict: PolicyVerdict;
  readonly result: SavedResult;
  readonly faults: string[];
  readonly unverified: string[];
}

function verifyRule(rule: RuleProof, subjects: readonly Subject[], report: Report): number {
  const { faults } = report;
  const sorted = sortTexts(subjects.map(({ key }) => key));
  const digest = createHash('sha256').update(sorted.join('\n')).digest('hex');
  if (rule.subjects !== `sha256:${digest}` || rule.evaluated !== subjects.length) {
    faults.push(`${rule.rule}: the subjects differ`);
  }
  if (!['some', 'none'].includes(rule.quantifier) || !['warn', 'fail'].includes(rule.action)) {
    faults.push(`${rule.rule}: it has no valid form`);
  }
  const missing = listMissing(rule.subject, report.result);
  if (missing.join('\n') !== rule.missing.join('\n')) {
    faults.push(`${rule.rule}: the reasons why subjects may be missing differ`);
  }
  const unread = rule.conditions.find((one) => !isRecomputable(one, subjects));
  if (unread !== undefined) {
    report.unverified.push(`${rule.rule}: the condition "${unread.text}"`);
    return 0;
  }
  let values = 0;
  const states = new Map<string, Truth>();
  for (const subject of subjects) {
    const truths = rule.conditions.map((one) => judgeAgain(one, subject, rule, report));
    if (!truths.includes(false)) {
      states.set(subject.key, truths.includes('unknown') ? 'unknown' : true);
    }
    const match = rule.matches.find((one) => one.subject === subject.key);
    values += verifyMatch(match, subject, truths, { rule, report });
  }
  verifyMatches(rule, states, report);
  if (concludeRule(rule, missing) !== rule.outcome) {
    faults.push(`${rule.rule}: the outcome ${rule.outcome} does not follow from its subjects`);
  }
  return values;
}

/** Versions in the order of their ecosystem, and facts of further sources, are not read here. */
function isRecomputable(
  { text, fact }: RuleProof['conditions'][number],
  subjects: readonly Subject[],
): boolean {
  const value = fact === undefined ? undefined : subjects.map(({ facts }) => facts.get(fact));
  const isVersionOrder =
    value?.some((one) => typeof one === 'string') === true &&
    AMOUNT_WORD.test(text.slice((fact ?? '').length + 2));
  const isRead = fact === undefined || subjects.every(({ facts }) => facts.has(fact));
  return isRead && !isVersionOrder;
}

const AMOUNT_WORD = /^(?:not )?(?:over|under|at least|at most) /;

function verifyMatch(
  match: SubjectProof | undefined,
  { key, facts }: Subject,
  truths: readonly Truth[],
  { rule, report: { faults } }: { readonly rule: RuleProof; readonly report: Report },
): number {
  let values = 0;
  for (const [index, condition] of (match?.conditions ?? []).entries()) {
    if (condition.holds !== truths[index] || condition.condition !== rule.conditions[index]?.text) {
      faults.push(`${rule.rule}: "${condition.condition}" is ${truths[index]} for ${key}`);
    }
    for (const { fact, value, unknown } of condition.values) {
      values += 1;
      const own = facts.get(fact);
      const isSame =
        own === undefined ? unknown !== undefined : JSON.stringify(own) === JSON.stringify(value);
      if (!isSame || !facts.has(fact)) {
        faults.push(`${rule.rule}: ${fact} of ${key} is ${JSON.stringify(own)}`);
      }
    }
  }
  return values;
}

/** Compares the subjects that must be listed with those that are, and their outcomes. */
function verifyMatches(rule: RuleProof, states: ReadonlyMap<string, Truth>, report: Report): void {
  const { faults } = report;
  const isNone = rule.quantifier === 'none';
  const met = [...states].filter(([, state]) => state === true).map(([key]) => key);
  const open = [...states].filter(([, state]) => state === 'unknown').map(([key]) => key);
  let expected = [...states.keys()];
  if (isNone) {
    expected = met.length > 0 ? [] : open.length > 0 ? open : [`no ${rule.subject}`];
  }
  const listed = rule.matches.map((one) => one.subject);
  if (sortTexts(expected).join('\n') !== sortTexts(listed).join('\n')) {
    faults.push(`${rule.rule}: the subjects that it fired for differ`);
  }
  for (const match of rule.matches) {
    const state =
      isNone && met.length === 0 && open.length === 0 ? true : states.get(match.subject);
    const raw = state === true ? rule.action : 'unknown';
    if (match.outcome !== raw && !isExcused(match, rule, report.verdict)) {
      faults.push(`${rule.rule}: ${match.subject} is ${raw}, not ${match.outcome}`);
    }
  }
}

/** Only an exception that is in force changes an outcome. */
function isExcused(match: SubjectProof, rule: RuleProof, verdict: PolicyVerdict): boolean {
  const applied = match.exceptions.filter(({ applies }) => applies);
  if (match.outcome === 'pass') {
    return applied.some((one) =>
      verdict.exceptions.some(
        (use) =>
          use.source === one.source &&
          (use.rule === rule.rule || use.rule === 'every rule') &&
          use.state === 'used' &&
          Date.parse(use.expires) > Date.parse(verdict.evaluatedAt),
      ),
    );
  }
  return match.outcome === 'unknown' && match.exceptions.length > applied.length;
}

function concludeRule(
  { quantifier, action, matches }: RuleProof,
  missing: readonly string[],
): PolicyOutcome {
  const outcomes = new Set(matches.map((one) => one.outcome));
  if (quantifier === 'none') {
    const isOpen = outcomes.has('unknown') || (outcomes.has(action) && missing.length > 0);
    return isOpen ? 'unknown' : outcomes.has(action) ? action : 'pass';
  }
  if (outcomes.has('fail')) {
    return 'fail';
  }
  const isOpen = outcomes.has('unknown') || (missing.length > 0 && !outcomes.has('warn'));
  return isOpen ? 'unknown' : outcomes.has('warn') ? 'warn' : 'pass';
}

function verifyOutcome(verdict: PolicyVerdict, faults: string[], unverified: string[]): void {
  if (verdict.reason !== undefined) {
    unverified.push(`the reason "${verdict.reason}" depends on the policy file`);
    return;
  }
  const enforced = verdict.rules.filter((rule) => rule.mode === 'enforce');
  const ranks = enforced.map(({ outcome, action }) =>
    POLICY_OUTCOMES.indexOf(outcome === 'unknown' && action === 'warn' ? 'warn' : outcome),
  );
  if (ranks.length === 0 || POLICY_OUTCOMES[Math.max(...ranks)] !== verdict.outcome) {
    faults.push(`the verdict ${verdict.outcome} does not follow from its rules`);
  }
}

const AMOUNT = /^(over|under|at least|at most) (-?[\d.]+) ?([a-z]*)$/i;
const SCALES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    severity: ['negligible', 'low', 'medium', 'high', 'critical'],
    reach: ['unreachable', 'tainted', 'data', 'possible', 'likely', 'required'],
  }),
);
const UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    '': 1,
    hours: 1 / 24,
    day: 1,
    days: 1,
    weeks: 7,
    bytes: 1,
    kb: 1e3,
    mb: 1e6,
    gb: 1e9,
    kib: 1024,
    mib: 1024 ** 2,
    gib: 1024 ** 3,
  }),
);

function judgeAgain(
  { text, fact }: RuleProof['conditions'][number],
  { facts }: Subject,
  rule: RuleProof,
  report: Report,
): Truth {
  if (fact === undefined) {
    return judgeExpression(text, facts, rule.subject);
  }
  if (!facts.has(fact)) {
    report.unverified.push(`${rule.rule}: the fact ${fact}`);
    return 'unknown';
  }
  const value = facts.get(fact);
  const form = text.slice(fact.length + 2);
  return value === undefined ? 'unknown' : judgeForm(fact, form, value);
}

function judgeForm(fact: string, form: string, value: NonNullable<Data>): boolean {
  const negated = /^not (.*)$/s.exec(form)?.[1];
  if (negated !== undefined) {
    return !judgeForm(fact, negated, value);
  }
  const allowed = /^allowed by (.*)$/s.exec(form)?.[1];
  const list: readonly (string | number | boolean)[] = typeof value === 'object' ? value : [value];
  if (allowed !== undefined) {
    const ids = allowed.split(' OR ').map((id) => id.trim().toLowerCase());
    return list.every((one) =>
      String(one)
        .split(' OR ')
        .some((id) => ids.includes(id.toLowerCase())),
    );
  }
  return list.some((one) => judgeElement(fact, form, one));
}

function judgeElement(fact: string, form: string, value: string | number | boolean): boolean {
  const [, operator, number, unit = ''] = AMOUNT.exec(form) ?? [];
  if (operator !== undefined && typeof value === 'number') {
    const amount = Number(number) * (UNITS.get(unit.toLowerCase()) ?? Number.NaN);
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
    const parts = glob
      .split(/([*?])/)
      .map((part) => ({ '*': '.*', '?': '.' })[part] ?? RE2JS.quote(part));
    return RE2JS.compile(parts.join(''), RE2JS.DOTALL).matcher(String(value)).matches();
  }
  return form.split(', ').includes(String(value));
}

/** The library evaluates; a missing member is an error, which && and || absorb. */
function judgeExpression(text: string, facts: ReadonlyMap<string, Data>, kind: string): Truth {
  const name = kind === 'package' ? 'pkg' : kind;
  const members = [...facts].filter(([, value]) => value !== undefined);
  const subject = Object.fromEntries(
    members.map(([fact, value]) => [fact.replaceAll('-', '_'), value]),
  );
  try {
    const value: unknown = evaluate(text, { [name]: subject });
    return typeof value === 'boolean' ? value : 'unknown';
  } catch {
    return 'unknown';
  }
}

interface World {
  readonly result: SavedResult;
  readonly now: number;
}

const DAY_MS = 86_400_000;

function listSubjects(kind: string, { result, now }: World): readonly Subject[] | undefined {
  const { packages } = result.inventory;
  const items = new Map(packages.map((item) => [item.key, item]));
  switch (kind) {
    case 'finding':
      return (result.findings?.database ? result.findings.findings : []).map((finding) => ({
        key: `finding ${finding.id} ${finding.packageKey}`,
        facts: readFindingFacts(finding, items.get(finding.packageKey), { result, now }),
      }));
    case 'package':
      return packages.map((item) => ({
        key: `package ${item.key}`,
        facts: readPackageFacts(item, result),
      }));
    default:
      return undefined;
  }
}

/** Reasons why a list of subjects may be incomplete, by the coverage in the result. */
function listMissing(kind: string, { coverage, findings }: SavedResult): readonly string[] {
  const { reasons } = coverage;
  if (kind === 'finding') {
    const doubts = (findings?.alerts ?? []).filter(weakensAbsence).map(({ message }) => message);
    const listed = reasons.map(({ reason }) => reason);
    return findings?.database
      ? [...listed, ...doubts.filter((message) => !listed.includes(message))]
      : ['vulnerabilities were not evaluated: no advisory database'];
  }
  const own = reasons.filter(({ about }) => about !== 'findings' && about !== 'database');
  return own.map(({ reason }) => reason);
}

function readFindingFacts(
  finding: Finding,
  item: InventoryPackage | undefined,
  { result, now }: World,
): ReadonlyMap<string, Data> {
  const { id, aliases, severity, fixState, matches, risk, reach } = finding;
  const scores = matches.flatMap((match) => match.scores ?? []);
  const isKnownFix = fixState !== 'unknown';
  const fixDates = matches
    .flatMap(({ fixes }) => fixes)
    .flatMap(({ available }) => available?.date ?? []);
  const published = matches
    .flatMap(({ record, related }) => [record, ...related])
    .flatMap(({ publishedAt }) => publishedAt ?? []);
  const weaknesses = sortTexts(matches.flatMap((match) => match.weaknesses.map(({ cwe }) => cwe)));
  const hasCatalog = result.findings?.database?.providers.some(
    (provider) => provider.id === 'kev' || provider.id === 'cisa-kev',
  );
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
    ['exploited', isExploited || (hasCatalog === true ? false : undefined)],
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

function readPackageFacts(item: InventoryPackage, result: SavedResult): ReadonlyMap<string, Data> {
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
