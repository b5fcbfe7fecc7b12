import { groupDigits } from '../../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../../foundation/present/markup.ts';
import type { BareDifference, FileChange } from '../../../../hardening/compare/difference.ts';
import { formatDecision, groupFiles } from '../change-text.ts';
import { type ChangeLine, type ChangeSection, listChangeSections } from '../sections.ts';
import { nameChange, nameCounts } from './name-sides.ts';

/** Maximum number of list rows that a browser still shows at once; `json` has all. */
const LINES_MAX = 2_000;
const FILES_MAX = 100;

/** Returns every list of changes; long ones are collapsed. */
export function createChangeSections(difference: BareDifference): readonly Markup[] {
  return listChangeSections(difference).map((section) => {
    const { id } = section;
    const title = createTitle(section);
    const content = createContent(section, difference);
    return markup`<section id="c-${id}"><h2>${title}</h2>${content}</section>
`;
  });
}

/** The picture above the lists is called "Findings", too. */
export function createTitle({ id, title }: Pick<ChangeSection, 'id' | 'title'>): string {
  return id === 'findings' ? 'List of findings' : title;
}

/** Returns the same lists for one of several differences, collapsed, with files by package only. */
export function createChangeLists(difference: BareDifference): readonly Markup[] {
  return listChangeSections(difference).map(
    (section) =>
      markup`<details><summary><b>${section.title}</b>: ${nameCounts(section.summary, difference)}</summary>${addNote(section, createLineList(section, difference))}</details>
`,
  );
}

const OPEN_MAX = 40;

function createContent(section: ChangeSection, difference: BareDifference): Markup {
  const { lines, summary } = section;
  const list = createList(section, difference);
  const open = lines.length <= OPEN_MAX ? markup` open` : undefined;
  const content =
    section.id === 'files'
      ? list
      : markup`<details${open}><summary>${groupDigits(lines.length)} in total</summary>${list}</details>`;
  return markup`<p>${nameCounts(summary, difference)}</p>${content}`;
}

function createList(section: ChangeSection, difference: BareDifference): Markup {
  const isOfFiles = section.id === 'files';
  return addNote(
    section,
    isOfFiles ? createFileList(difference) : createLineList(section, difference),
  );
}

function addNote({ note }: ChangeSection, list: Markup): Markup {
  return note === undefined ? list : markup`${list}<p class="dim">${note}</p>`;
}

function createLineList({ lines }: ChangeSection, difference: BareDifference): Markup {
  const items = lines.slice(0, LINES_MAX).map((line) => createLineMarkup(line, difference));
  const more = lines.length - LINES_MAX;
  const rest = more > 0 ? markup`<p class="dim">And ${groupDigits(more)} more.</p>` : undefined;
  return markup`<ul class="changes">${items}</ul>${rest}`;
}

function createLineMarkup(
  { kind, text, decision }: ChangeLine,
  difference: BareDifference,
): Markup {
  const decided = decision === '' ? undefined : markup` <span class="dim">${decision}</span>`;
  return markup`<li><span class="flag f-${kind.replaceAll(' ', '-').replaceAll(',', '')}">${nameChange(kind, difference)}</span> ${text}${decided}</li>`;
}

/** Lists files by owning package, each group collapsed. */
function createFileList({ files }: BareDifference): Markup {
  const groups = groupFiles(files).map(({ owner, changes }) => {
    const items = changes.slice(0, FILES_MAX).map(createFileMarkup);
    const more = changes.length - FILES_MAX;
    const rest = more > 0 ? markup`<li class="dim">and ${groupDigits(more)} more</li>` : undefined;
    return markup`<details><summary>${owner || 'no package'}: ${groupDigits(changes.length)}</summary><ul class="changes">${items}${rest}</ul></details>`;
  });
  return markup`${groups}`;
}

function createFileMarkup({ kinds, before, after, decision }: FileChange): Markup {
  const [was, is] = [before?.path, after?.path];
  const path = was !== undefined && is !== undefined && was !== is ? `${was} → ${is}` : (is ?? was);
  const decided = decision && markup` <span class="dim">${formatDecision(decision)}</span>`;
  return markup`<li><span class="flag">${kinds.join(', ')}</span> ${path}${decided}</li>`;
}
