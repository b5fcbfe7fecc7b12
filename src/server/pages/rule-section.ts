import {
  type PolicyOutcome,
  type PolicyVerdict,
  type RuleProof,
  weighControl,
  weighRule,
} from '../../foundation/core/policy-verdict.ts';
import { formatCount, groupDigits } from '../../foundation/core/screen-text.ts';
import { findWorstOutcome } from '../../foundation/core/verdict.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import {
  formatCondition,
  listRuleCauses,
  listUnmetRules,
} from '../../foundation/present/policy-text.ts';
import { toSentence } from '../../report/format/page/reasons.ts';
import type { ImageReport } from '../query/image-assessments.ts';
import { formatAddress } from './address.ts';
import { createSection, createTable, createVerdict, shortenName } from './parts.ts';

/** Subjects of each rule. */
const CAUSES_MAX = 3;

/** Lists every rule of the policy that an image does not meet; `undefined` without a policy. */
export function createRuleSection({ verdict }: ImageReport): Markup | undefined {
  const policy = verdict?.policy;
  if (policy === undefined) {
    return undefined;
  }
  const unmet = listUnmetRules(policy).toSorted(
    (left, right) => Number(right.subject === 'feed') - Number(left.subject === 'feed'),
  );
  const names = policy.policies.map(({ name, version }) => `${name} ${version}`.trim());
  const about = markup`<p>Of ${formatCount(policy.rules.length, 'rule')} of ${names.join(', ')}.${describeReason(policy)}</p>`;
  const worst = findWorstOutcome(unmet.map(weighRule));
  const first = unmet.filter((rule) => weighRule(rule) === worst);
  const others = unmet.filter((rule) => weighRule(rule) !== worst);
  const title = createTitle(worst, first.length, others.length);
  const table = first.length === 0 ? undefined : createRuleTable(first);
  const rest =
    others.length === 0
      ? undefined
      : markup`<details><summary>${formatCount(others.length, 'rule that does', 'rules that do')} not decide: ${[...new Set(others.map(weighRule))].join(', ')}</summary>${createRuleTable(others)}</details>`;
  return createSection(
    'policy',
    title,
    markup`${about}${table}${rest}${describeControls(policy)}${describeLogged(policy)}`,
  );
}

/** Separates the rules that decide from those that only lack an answer. */
function createTitle(worst: PolicyOutcome, decisive: number, others: number): string {
  if (decisive === 0) {
    return 'All rules are met';
  }
  const [one, many] = DECISIVE[worst];
  const rest =
    others === 0 ? '' : `; ${groupDigits(others)} more ${others === 1 ? 'does' : 'do'} not decide`;
  return `${formatCount(decisive, one, many)}${rest}`;
}

const DECISIVE: Readonly<Record<PolicyOutcome, readonly [string, string]>> = {
  fail: ['rule fails', 'rules fail'],
  unknown: ['rule is unknown', 'rules are unknown'],
  warn: ['rule warns', 'rules warn'],
  pass: ['rule is not met', 'rules are not met'],
};

function describeReason({ reason }: PolicyVerdict): string {
  return reason === undefined ? '' : ` ${toSentence(reason)}`;
}

function createRuleTable(unmet: readonly RuleProof[]): Markup {
  return createTable<RuleProof>(
    'Rules that are not met',
    [
      {
        title: 'Rule',
        cell: ({ rule, conditions, source }) =>
          markup`${rule} <span class="row-note">${describeConditions(conditions) || source}</span>`,
      },
      { title: 'Outcome', cell: describeOutcome },
      { title: 'Reason', cell: describeCauses },
      {
        title: 'What to do',
        cell: describeStep,
      },
    ],
    unmet,
  );
}

/** Replaces the placeholders of a recommendation that is not about one subject. */
export function formatRecommendation(recommendation: string): string {
  return recommendation.replaceAll(/\{([a-z-]+)\}/g, 'the $1');
}

/** A recommendation is about the first subject: the others have their own packages. */
function describeStep(proof: RuleProof): Markup | string {
  const { recommendation, subject } = proof;
  if (recommendation === undefined) {
    return 'the policy does not say';
  }
  const text = toSentence(formatRecommendation(recommendation));
  const { total } = listRuleCauses(proof, 1);
  const isForOne = subject === 'finding' && proof.outcome === 'fail' && total > 1;
  return isForOne
    ? markup`${text} <span class="row-note">${formatCount(total - 1, 'more finding fails', 'more findings fail')} this rule: <a href="#findings">all packages</a></span>`
    : text;
}

function describeConditions(conditions: RuleProof['conditions']): string {
  return conditions.map(({ text }) => formatCondition(text)).join('; ');
}

/** A rule that cannot be judged weighs no more than its action. */
function describeOutcome(proof: RuleProof): Markup {
  const weight = weighRule(proof);
  const note =
    weight === proof.outcome
      ? undefined
      : markup` <span class="row-note">counts as ${weight}</span>`;
  return markup`${createVerdict(proof.outcome)}${note}`;
}

function describeCauses(proof: RuleProof): Markup {
  const { causes, total } = listRuleCauses(proof, CAUSES_MAX);
  const lines = causes.map((cause) => markup`<li>${shortenName(cause)}</li>`);
  const more = total - causes.length;
  const rest = more > 0 ? markup`<li>and ${groupDigits(more)} more</li>` : undefined;
  return markup`<ul class="plain">${lines}${rest}</ul>`;
}

/** Packs also have controls that no rule answers. */
function describeControls({ controls = [] }: PolicyVerdict): Markup | undefined {
  const open = controls.filter((control) => weighControl(control) !== 'pass').length;
  return open === 0
    ? undefined
    : markup`<p>${formatCount(open, 'control is', 'controls are')} not met or not answered: see <a href="${formatAddress('compliance')}">compliance</a>.</p>`;
}

function describeLogged({ rules }: PolicyVerdict): Markup | undefined {
  const logged = rules.filter(({ mode, outcome }) => mode === 'log' && outcome !== 'pass');
  return logged.length === 0
    ? undefined
    : markup`<p class="dim">Only logged: ${logged.map(({ rule, outcome }) => `${rule} ${outcome}`).join(', ')}.</p>`;
}
