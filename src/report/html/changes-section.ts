import type { FindingChange } from '../../core/change.ts';
import type { Report } from '../../core/format.ts';
import { formatCount, groupDigits } from '../../core/screen-text.ts';
import { type Markup, markup } from '../../present/markup.ts';
import { sentence } from './reasons.ts';

const TITLES = { introduced: 'New', resolved: 'Gone' } as const;

/** What is new and what is gone since the baseline, with causes; nothing without a baseline. */
export function changesSection({ changes }: Report): Markup | undefined {
  if (changes === undefined) {
    return undefined;
  }
  const ofKind = (kind: FindingChange['kind']): readonly FindingChange[] =>
    changes.filter((change) => change.kind === kind);
  const text = `${formatCount(ofKind('introduced').length, 'new finding')}, ${groupDigits(ofKind('resolved').length)} gone, ${groupDigits(ofKind('kept').length)} unchanged.`;
  const lists = (['introduced', 'resolved'] as const).map((kind) => {
    const list = ofKind(kind);
    return list.length === 0
      ? undefined
      : markup`<h3>${TITLES[kind]}</h3><ul class="changes">${list.map(changeLine)}</ul>`;
  });
  return markup`<section id="changes"><h2>Since the baseline</h2><p>${text}</p>${lists}</section>`;
}

function changeLine({ before, after, cause, detail }: FindingChange): Markup | undefined {
  const found = after ?? before;
  if (found === undefined) {
    return undefined;
  }
  const { finding, package: item } = found;
  return markup`<li><span class="sev s-${finding.severity}">${finding.severity}</span> <b>${finding.id}</b> on ${item.name} ${item.version} <span class="dim">${cause ?? ''}: ${sentence(detail)}</span></li>`;
}
