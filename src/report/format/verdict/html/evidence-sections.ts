import type { RuleProof } from '../../../../foundation/core/policy-verdict.ts';
import { formatCount, groupDigits } from '../../../../foundation/core/screen-text.ts';
import type { Sink } from '../../../../foundation/core/sink.ts';
import type { VerdictReport } from '../../../../foundation/core/verdict-format.ts';
import {
  createColumnHead,
  type Markup,
  markup,
  startTable,
} from '../../../../foundation/present/markup.ts';
import { listSubjectEvidence, listUnknownReasons } from '../evidence.ts';

/** Writes every rule with its conditions and outcome. */
export function writeRules(sink: Sink, { verdict }: VerdictReport): void {
  const heads = ['Rule', 'Outcome', 'Condition', 'Subjects', 'Cause and next step'].map((title) =>
    createColumnHead(title, title === 'Subjects'),
  );
  sink.write(
    `<section id="rules"><h2>Rules</h2>${startTable('Rules', 'rule-table', heads).html}<tbody>\n`,
  );
  for (const rule of verdict.rules) {
    sink.write(`${createRuleRow(rule).html}\n`);
  }
  sink.write('</tbody></table></div></section>\n');
}

function createRuleRow(proof: RuleProof): Markup {
  const { rule, outcome, mode, subject, quantifier, conditions, evaluated, matches } = proof;
  const texts = conditions.map(({ text }) => text).join(' and ');
  const kind = quantifier === 'none' ? `no ${subject}` : subject;
  const fired = matches.filter((match) => match.outcome === 'fail' || match.outcome === 'warn');
  const reasons = outcome === 'unknown' ? listUnknownReasons(proof).slice(0, 3) : [];
  const causes = [
    ...(fired.length === 0 ? [] : [`fires for ${groupDigits(fired.length)}`]),
    ...reasons,
    ...(outcome !== 'pass' && proof.recommendation !== undefined ? [proof.recommendation] : []),
  ];
  const log = mode === 'log' ? ' (only logged)' : '';
  return markup`<tr id="rule-${rule}"><th scope="row">${rule}</th><td><span class="st st-${outcome}">${outcome}</span>${log}</td><td>${kind}${texts === '' ? '' : `: ${texts}`}</td><td class="num">${groupDigits(evaluated)}</td><td>${causes.join('; ')}</td></tr>`;
}

const SUBJECTS_MAX = 5_000;

/** Writes each subject once, with the rules that did not pass for it, and the facts. */
export function writeEvidence(sink: Sink, { verdict }: VerdictReport): void {
  const subjects = listSubjectEvidence(verdict);
  const heads = ['Subject', 'Rules', 'Facts with their evidence'].map((title) =>
    createColumnHead(title),
  );
  sink.write(
    `<section id="evidence"><h2>Evidence</h2><p>${formatCount(subjects.length, 'subject')} for which a rule fired, could not be evaluated, or is excepted. -o json has the whole proof.</p>${startTable('Evidence', 'evidence-table', heads).html}<tbody>\n`,
  );
  for (const { title, failed, unknown, accepted, values } of subjects.slice(0, SUBJECTS_MAX)) {
    const rules = [
      ...(failed.length === 0 ? [] : [markup`<b>fires:</b> ${failed.join(', ')}`]),
      ...(unknown.length === 0 ? [] : [markup` <b>unknown:</b> ${unknown.join(', ')}`]),
      ...(accepted.length === 0 ? [] : [markup` <b>accepted:</b> ${accepted.join(', ')}`]),
    ];
    sink.write(
      `${markup`<tr><th scope="row">${title}</th><td>${rules}</td><td>${values.join('; ')}</td></tr>`.html}\n`,
    );
  }
  const more = subjects.length - SUBJECTS_MAX;
  const rest = more > 0 ? markup`<p>and ${groupDigits(more)} more: see -o json</p>` : undefined;
  sink.write(`</tbody></table></div>${rest?.html ?? ''}</section>\n`);
}
