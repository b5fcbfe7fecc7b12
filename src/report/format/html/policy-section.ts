import type { Report } from '../../../foundation/core/format.ts';
import type { PolicyVerdict } from '../../../foundation/core/policy-verdict.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import {
  listVerdictNotes,
  listVerdictRows,
  type VerdictRow,
} from '../../../foundation/present/policy-text.ts';

/** Lists the rules that did not pass, with their causes; `undefined` without a policy. */
export function createPolicySection({ verdict }: Report): Markup | undefined {
  const policy = verdict?.policy;
  if (policy === undefined) {
    return undefined;
  }
  const { rows, left } = listVerdictRows(policy);
  const notes = listVerdictNotes(policy, left);
  const table =
    rows.length === 0
      ? undefined
      : markup`<table><thead><tr><th scope="col">Outcome</th><th scope="col">Rule</th><th scope="col">Cause</th></tr></thead><tbody>${rows.map(createRow)}</tbody></table>`;
  return markup`<section id="policy"><h2>Policy</h2><p>${namePolicies(policy)}: <b>${policy.outcome}</b>${policy.reason === undefined ? '' : `, ${policy.reason}`}.</p>${table}${notes.map((note) => markup`<p>${note}</p>`)}</section>`;
}

function createRow({ outcome, rules, cause }: VerdictRow): Markup {
  return markup`<tr><td>${outcome}</td><th scope="row">${rules.join(', ')}</th><td>${cause}</td></tr>`;
}

function namePolicies({ policies }: PolicyVerdict): string {
  return policies.map(({ name, version }) => `${name} ${version}`.trim()).join(', ');
}
