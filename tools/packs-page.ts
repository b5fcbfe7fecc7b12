import { loadPolicies } from '../src/compliance/policy/load-policies.ts';
import { listPackIds } from '../src/compliance/policy/pack/pack-folder.ts';
import type { Control, Policy } from '../src/compliance/policy/policy.ts';
import { isVerifiedMark } from '../src/foundation/core/control.ts';

const INTRODUCTION = `# Compliance packs

This page is generated from \`packs\` by \`tools/packs-page.ts\`. [Compliance](compliance.md) describes how to use packs, and the status of a
control. Titles and requirements are in our own words. \`plimsoll check policy show PACK\` prints a pack with its rules and requirements.

A control is \`automatic\` (rules answer it), \`partial\` (rules can fail it, and a person answers the rest) or \`manual\` (a person answers
it). "Unverified" marks requirements whose text was not read at the authority or publisher, but in copies or not at all.
`;

/** Creates the page of all packs with their controls. */
export function createPacksPage(): string {
  const policies = loadPolicies([], undefined, listPackIds());
  const rows = policies.map(({ name, version, pack }) => {
    const controls = pack?.controls ?? [];
    return `| [\`${name}@${version}\`](#${toAnchor(name)}) | ${escapeCell(pack?.title ?? '')} | ${controls.length} | ${countKind(controls, 'automatic')} |`;
  });
  const head = '| pack | content | controls | automatic |\n|---|---|--:|--:|';
  return `${INTRODUCTION}\n${head}\n${rows.join('\n')}\n\n${policies.map(createSection).join('\n')}`;
}

function countKind(controls: readonly Control[], kind: Control['kind']): number {
  return controls.filter((control) => control.kind === kind).length;
}

function createSection({ name, pack }: Policy): string {
  if (pack === undefined) {
    return '';
  }
  const { title, authority, from, until, sources, notes, controls } = pack;
  const dates = [
    ...(from === undefined ? [] : [`required from ${from}`]),
    ...(until === undefined ? [] : [`until ${until}`]),
  ].join(' ');
  const list = sources.map(({ title: text, url, readOn, mark }) => {
    const state = isVerifiedMark(mark) ? '' : ', unverified';
    return `- ${url === undefined ? text : `[${text}](${url})`}, read on ${readOn}${state}`;
  });
  const rows = controls.map(
    ({ id, title: own, force, kind, rules, source }) =>
      `| ${escapeCell(id)} | ${escapeCell(own)} | ${force} | ${kind} | ${rules.map((rule) => `\`${rule}\``).join(', ')} | ${isVerifiedMark(source.mark) ? '' : 'unverified'} |`,
  );
  return [
    `## ${name}\n`,
    `${capitalize(title)}. Authority: ${authority}${dates === '' ? '' : `, ${dates}`}.\n`,
    ...list,
    ...notes.map((note) => `- ${note}`),
    '\n| control | title | force | kind | rules | source |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function capitalize(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** Pages of GitHub leave out dots in anchors. */
function toAnchor(name: string): string {
  return name.replaceAll('.', '');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
