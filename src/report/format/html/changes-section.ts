import type { FindingChange } from '../../../foundation/core/change.ts';
import type { Report } from '../../../foundation/core/format.ts';
import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { toSentence } from '../page/reasons.ts';

const TITLES = { introduced: 'New', resolved: 'Gone' } as const;

/**
 * Lists new and removed findings since the baseline, with causes; `undefined` without a baseline.
 */
export function createChangesSection({ changes }: Report): Markup | undefined {
  if (changes === undefined) {
    return undefined;
  }
  const filterKind = (kind: FindingChange['kind']): readonly FindingChange[] =>
    changes.filter((change) => change.kind === kind);
  const text = `${formatCount(filterKind('introduced').length, 'new finding')}, ${groupDigits(filterKind('resolved').length)} gone, ${groupDigits(filterKind('kept').length)} unchanged.`;
  const lists = (['introduced', 'resolved'] as const).map((kind) => {
    const list = filterKind(kind);
    return list.length === 0
      ? undefined
      : markup`<h3>${TITLES[kind]}</h3><ul class="changes">${list.map(createChangeLine)}</ul>`;
  });
  return markup`<section id="changes"><h2>Since the baseline</h2><p>${text}</p>${lists}</section>`;
}

function createChangeLine({ before, after, cause, detail }: FindingChange): Markup | undefined {
  const found = after ?? before;
  if (found === undefined) {
    return undefined;
  }
  const { finding, package: item } = found;
  return markup`<li><span class="sev s-${finding.severity}">${finding.severity}</span> <b>${finding.id}</b> on ${item.name} ${item.version} <span class="dim">${cause ?? ''}: ${toSentence(detail)}</span></li>`;
}
