import { type Markup, markup } from '../../../../foundation/present/markup.ts';
import type { BareDifference } from '../../../../hardening/compare/difference.ts';
import { toShortName } from '../../../../hardening/compare/distinct-names.ts';
import { formatRanking } from '../verdict-text.ts';
import { createChangeLists } from './change-section.ts';
import { createMatrix } from './matrix-picture.ts';

/** Part of a page that compares more than two targets. */
export interface GroupSection {
  readonly id: string;
  readonly title: string;
  readonly content: Markup;
}

/** Returns a section for each target that could replace the first, with all changes. */
export function createGroupSections(
  differences: readonly BareDifference[],
): readonly GroupSection[] {
  return differences.map((difference, index) => {
    const { before, after } = difference;
    const id = `to-${index + 1}`;
    const title = `From ${toShortName(before)} to ${toShortName(after)}`;
    const ranking = formatRanking(difference).map((line) => markup`<p>${line}</p>`);
    return {
      id,
      title,
      content: markup`<section id="${id}"><h2>${title}</h2>${createMatrix(difference)}
${createChangeLists(difference)}<details><summary>How the attack surfaces are ranked</summary>${ranking}</details></section>
`,
    };
  });
}
