import { formatCount } from '../../../../foundation/core/screen-text.ts';
import type { VerdictReport } from '../../../../foundation/core/verdict-format.ts';
import {
  createColumnHead,
  link,
  type Markup,
  markup,
  shortenText,
  startTable,
} from '../../../../foundation/present/markup.ts';
import { listDecidedGroups } from '../decided-findings.ts';

const NAMES_CHARS_MAX = 600;

/** Lists who accepted what, why, and until when; `undefined` if nothing was accepted. */
export function createAcceptedSection({ verdict, assessment }: VerdictReport): Markup | undefined {
  const { exceptions, statements = [] } = verdict;
  const groups = listDecidedGroups(assessment);
  const ignored = assessment.findings?.ignored.length ?? 0;
  const rows = [
    ...exceptions.map(
      ({ rule, about, approvedBy, reason, evidence, expires, state, source }) =>
        markup`<tr><td>exception (${state})</td><td>${rule}: ${about}</td><td>${approvedBy}</td><td>${reason} <span class="dim">${source}</span></td><td>${link(evidence, evidence)}</td><td>${expires}</td></tr>`,
    ),
    ...statements.map(
      ({ control, answer, by, reason = '', evidence, expires, state, source }) =>
        markup`<tr><td>statement (${state})</td><td>${control}: ${answer.replace('-', ' ')}</td><td>${by}</td><td>${reason} <span class="dim">${source}</span></td><td>${link(evidence, evidence)}</td><td>${expires}</td></tr>`,
    ),
    ...groups.map(
      ({ kind, findings, author, reason, source, ticket = '', expiresAt }) =>
        markup`<tr><td>${kind === 'derived' ? 'derived by a program' : `decision (${kind})`}</td><td>${formatCount(findings.length, 'finding')}: ${shortenText(findings.join(', '), NAMES_CHARS_MAX)}</td><td>${author}</td><td>${reason} <span class="dim">${source}</span></td><td>${link(ticket, ticket)}</td><td>${expiresAt === undefined ? 'no end' : expiresAt.slice(0, 10)}</td></tr>`,
    ),
  ];
  const rest =
    ignored === 0
      ? undefined
      : markup`<p>${formatCount(ignored, 'finding was', 'findings were')} ignored by filters or rules of the matching.</p>`;
  if (rows.length === 0) {
    return markup`<section id="accepted"><h2>Exceptions and justifications</h2><p>Nothing was accepted: there are no exceptions, statements and decisions.</p>${rest}</section>`;
  }
  const heads = ['Kind', 'About', 'Author', 'Reason', 'Evidence', 'Until'].map((title) =>
    createColumnHead(title),
  );
  return markup`<section id="accepted"><h2>Exceptions and justifications</h2>${startTable('Exceptions and justifications', 'accepted-table', heads)}<tbody>${rows}</tbody></table></div>${rest}</section>`;
}
