import {
  type ControlResult,
  type ControlStatus,
  OPEN_PART,
} from '../../../foundation/core/control.ts';
import { defined } from '../../../foundation/core/defined.ts';
import {
  listSeparateRules,
  type PolicyVerdict,
  type RuleProof,
} from '../../../foundation/core/policy-verdict.ts';
import { escapeText, formatCount } from '../../../foundation/core/screen-text.ts';
import { listUnknownReasons } from './evidence.ts';

/** A control of a pack, or a rule that no control reports, with its answer. */
export interface AssessedControl {
  /** `PACK/CONTROL` or `rules/RULE`. */
  readonly key: string;
  /** The key as a name without separators, unique among all. */
  readonly token: string;
  /** ID of its pack; `rules` for rules of policies. */
  readonly group: string;
  readonly id: string;
  readonly title: string;
  readonly requirement: string;
  readonly force: string;
  readonly status: ControlStatus;
  /** Why it has this status: at least one phrase. */
  readonly reasons: readonly string[];
  /** The subjects that violate it. */
  readonly violations: readonly string[];
  /** The requirement's place, such as `handbook, § 1`; absent for rules. */
  readonly source?: string;
  /** Whether it changes the verdict. */
  readonly isEnforced: boolean;
  readonly dueAt?: string;
  readonly statement?: NonNullable<ControlResult['statement']>;
  /** Rules that answer it. */
  readonly rules: readonly string[];
}

/** Lists the controls of all packs, and the rules that no control reports. */
export function listAssessedControls(verdict: PolicyVerdict): readonly AssessedControl[] {
  const { controls = [], rules } = verdict;
  const proofs = new Map(rules.map((proof) => [proof.rule, proof]));
  const all = [
    ...controls.map((control) => fromControl(control, proofs)),
    ...listSeparateRules(verdict).map(fromRule),
  ];
  return addTokens(all);
}

type Untokened = Omit<AssessedControl, 'token'>;

function fromControl(control: ControlResult, proofs: ReadonlyMap<string, RuleProof>): Untokened {
  const { key, pack, id, title, requirement, force, status, source, rules, mode } = control;
  const { reasons, cannotAnswer, examined, isSourceVerified, dueAt, statement } = control;
  const mark = isSourceVerified ? '' : `, ${source.mark}: not verified in the text itself`;
  return {
    key,
    group: pack,
    id,
    title,
    requirement,
    force,
    status,
    reasons: [
      ...reasons,
      ...(cannotAnswer === undefined ? [] : [`${OPEN_PART}${cannotAnswer}`]),
      ...(examined.length === 0 ? [] : [`examined: ${examined.join(', ')}`]),
      `status: ${status}`,
    ],
    violations: rules.flatMap((rule) => listViolations(proofs.get(rule))),
    source: `${source.title}, ${source.section} (read on ${source.readOn}${mark})`,
    isEnforced: mode === 'enforce',
    rules,
    ...defined({ dueAt, statement }),
  };
}

function listViolations(proof: RuleProof | undefined): readonly string[] {
  const { matches = [], action } = proof ?? {};
  return matches.filter(({ outcome }) => outcome === action).map(({ title }) => title);
}

const RULE_STATUSES = {
  pass: 'passed',
  warn: 'failed',
  fail: 'failed',
  unknown: 'unknown',
} as const satisfies Record<RuleProof['outcome'], ControlStatus>;

function fromRule(proof: RuleProof): Untokened {
  const { rule, source, subject, quantifier, conditions, action, mode, outcome, evaluated } = proof;
  const texts = conditions.map(({ text }) => text).join(' and ');
  const none = quantifier === 'none';
  return {
    key: `rules/${rule}`,
    group: 'rules',
    id: rule,
    title: rule,
    requirement: none ? `A ${subject} has ${texts}.` : `No ${subject} has ${texts}.`,
    force: action === 'fail' ? 'MUST' : 'SHOULD',
    status: RULE_STATUSES[outcome],
    reasons: [
      ...(outcome === 'unknown' ? listUnknownReasons(proof) : []),
      `evaluated for ${formatCount(evaluated, 'subject')} (${source})`,
      `outcome: ${outcome}`,
    ],
    violations: listViolations(proof),
    isEnforced: mode === 'enforce',
    rules: [rule],
  };
}

/** Adds valid XML names, which several formats need; a number makes repeated ones unique. */
function addTokens(all: readonly Untokened[]): readonly AssessedControl[] {
  const used = new Set<string>();
  return all.map((control) => {
    const base = toToken(control.key);
    let token = base;
    for (let number = 2; used.has(token); number += 1) {
      token = `${base}-${number}`;
    }
    used.add(token);
    return { ...control, token };
  });
}

/** Controls of NIST SP 800-53 have their names in OSCAL: `AC-6(10)` is `ac-6.10`. */
function toToken(key: string): string {
  const [pack = '', ...rest] = key.split('/');
  const own = rest.join('/');
  const enhanced = own.replace(/\((\d+)\)/g, '.$1');
  const text = pack === 'nist-800-53' ? enhanced.toLowerCase() : `${pack}_${enhanced}`;
  const plain = text.replace(/[^A-Za-z0-9._-]/g, '-');
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}

/** Formats text for a member that must be one nonempty line. */
export function toLine(text: string): string {
  const line = escapeText(text.replace(/\s+/g, ' ').trim());
  return line === '' ? 'none' : line;
}

const NAMED_MAX = 20;

/** Lists the first of many texts. */
export function listFirst(texts: readonly string[]): readonly string[] {
  const more = texts.length - NAMED_MAX;
  return more > 0 ? [...texts.slice(0, NAMED_MAX), `and ${more} more`] : texts;
}
