import type { Completeness } from '../foundation/core/assessment.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import { escapeText, formatCount, groupDigits } from '../foundation/core/screen-text.ts';
import { formatTargetTitle } from '../foundation/core/target-title.ts';
import { type TextColumn, writeTextTable } from '../foundation/present/text-table.ts';
import {
  type PatchCommands,
  writePatchCommands,
} from '../hardening/harden/patch/patch-commands.ts';
import type {
  OpenFinding,
  OpenReason,
  PatchAlternative,
  PatchGroup,
  PatchPlan,
} from '../hardening/harden/patch/patch-plan.ts';
import type { Context } from './command.ts';
import { createTableOptions } from './terminal.ts';

const COLUMNS: readonly TextColumn<PatchGroup>[] = [
  { title: 'UPDATE', canShrink: true, cell: nameGroupWithCount },
  { title: 'TYPE', dropRank: 1, cell: ({ type }) => type },
  { title: 'FROM', canShrink: true, cell: ({ packages: [first] }) => first.installed },
  { title: 'TO', canShrink: true, cell: ({ version }) => version },
  { title: 'FIXES', cell: ({ fixes }) => groupDigits(fixes.length) },
  { title: 'UP TO', cell: ({ severity }) => [{ text: severity, style: severity }] },
];

function nameGroupWithCount({ name, packages }: PatchGroup): string {
  const [first] = packages;
  if (packages.length === 1) {
    return first.name === name ? name : `${first.name} (${name})`;
  }
  return `${name} (${formatCount(packages.length, 'package')})`;
}

const REASONS: Readonly<Record<OpenReason, string>> = {
  'no-fix': 'no fix yet',
  'wont-fix': 'the vendor will not fix it',
  'unknown-fix': 'no fixed version is known',
  archive: 'it is in an archive that no update replaces: delete the file',
  level: 'the fixed version is a larger step than --level allows',
  'not-chosen': 'not among the chosen updates: --max-packages',
  index: 'the fixed version is not in the index',
  'still-affected': 'the fixed version is affected as well',
};

/** The inventory that a plan is for, and whether its findings are complete. */
interface PatchedInventory {
  readonly inventory: Inventory;
  readonly completeness: Completeness;
}

/** The parts of the context that pages write to. */
type Page = Pick<Context, 'terminal' | 'print'>;

export function printPatch(
  plan: PatchPlan,
  { inventory, completeness }: PatchedInventory,
  context: Page,
): void {
  const target = { write: (text: string) => context.print(text) };
  const title = escapeText(formatTargetTitle(inventory.target));
  const doubt = completeness.isComplete ? '' : ', but the result is incomplete';
  context.print(`${title}: ${summarize(plan)}${doubt}\n`);
  if (plan.groups.length > 0) {
    context.print('\n');
    writeTextTable(
      target,
      { columns: COLUMNS, rows: plan.groups },
      createTableOptions(context.terminal),
    );
    printCommands(writePatchCommands(plan.groups, inventory.distro?.id ?? ''), context);
  }
  const lines = [
    ...describeIncompleteness(completeness),
    ...describeAlternatives(plan),
    ...describeOpen(plan.open),
    ...describeIntroduced(plan),
    ...(plan.guesses === 0
      ? []
      : [
          `Not included: ${formatCount(plan.guesses, 'low-confidence match', 'low-confidence matches')}`,
        ]),
  ];
  context.print(lines.length === 0 ? '' : `\n${lines.map((line) => `${line}\n`).join('')}`);
}

const REASONS_SHOWN = 3;

/** Returns a line for each of the first reasons why a result is incomplete. */
export function describeIncompleteness({ reasons }: Completeness): readonly string[] {
  const more = reasons.length - REASONS_SHOWN;
  return [
    ...reasons.slice(0, REASONS_SHOWN).map(({ reason }) => `Incomplete: ${escapeText(reason)}`),
    ...(more > 0 ? [`Incomplete: ${formatCount(more, 'more reason')} (see -o json)`] : []),
  ];
}

function summarize({ groups, before, after, open }: PatchPlan): string {
  if (before === 0) {
    return 'no findings to fix';
  }
  if (groups.length === 0) {
    return `no update fixes any of ${formatCount(before, 'finding')}`;
  }
  const packages = groups.reduce((sum, group) => sum + group.packages.length, 0);
  const stays = after === 1 ? 'stays' : 'stay';
  const left = open.length === 0 ? 'none stays open' : `${groupDigits(after)} ${stays} open`;
  return `updating ${formatCount(packages, 'package')} fixes ${groupDigits(before - after)} of ${formatCount(before, 'finding')}; ${left}`;
}

function printCommands({ image, project, unknown }: PatchCommands, context: Page): void {
  const blocks = [
    ...(image.length === 0 ? [] : [{ title: 'In the image', lines: image }]),
    ...project,
    ...(unknown.length === 0
      ? []
      : [
          {
            title: 'No command is known',
            lines: unknown.map(({ name, version }) => `update ${name} to ${version}`),
          },
        ]),
  ];
  for (const { title, lines } of blocks) {
    context.print(`\n${escapeText(title)}:\n`);
    context.print(lines.map((line) => `  ${escapeText(line)}\n`).join(''));
  }
}

const ALTERNATIVES: Readonly<Record<PatchAlternative['kind'], string>> = {
  remove: 'remove it',
  slim: 'slim image',
  base: 'new base image',
};

/** One line for all groups with the same alternatives. */
function describeAlternatives({ groups }: PatchPlan): readonly string[] {
  const texts = groups.flatMap(({ name, alternatives = [] }) => {
    const text = alternatives
      .map(({ kind, detail }) => `${ALTERNATIVES[kind]} (${detail})`)
      .join(', or ');
    return text === '' ? [] : [{ name, text }];
  });
  return [...Map.groupBy(texts, ({ text }) => text)].map(([text, members]) => {
    const names = members.map(({ name }) => name);
    const more = names.length > NAMES_MAX ? ` and ${names.length - NAMES_MAX} more` : '';
    return escapeText(
      `Instead of updating ${names.slice(0, NAMES_MAX).join(', ')}${more}: ${text}`,
    );
  });
}

const NAMES_MAX = 5;

function describeOpen(open: readonly OpenFinding[]): readonly string[] {
  return [...Map.groupBy(open, ({ reason }) => reason)].map(([reason, findings]) => {
    const names = [...new Set(findings.map(({ name }) => name))];
    const shown = names.slice(0, NAMES_MAX).join(', ');
    const more = names.length > NAMES_MAX ? ` and ${names.length - NAMES_MAX} more` : '';
    return escapeText(
      `Open: ${formatCount(findings.length, 'finding')} in ${shown}${more}: ${REASONS[reason]}`,
    );
  });
}

function describeIntroduced({ introduced }: PatchPlan): readonly string[] {
  return introduced.map(({ name, id }) =>
    escapeText(`Warning: the new version of ${name} is affected by ${id}`),
  );
}

/** Writes updates in the image as a Dockerfile on top of it. */
export function formatDockerfile(
  plan: PatchPlan,
  { target, distro }: Inventory,
  user: string,
): string {
  const { image, project } = writePatchCommands(plan.groups, distro?.id ?? '');
  const base = target.kind === 'image' ? (target.tags[0] ?? target.manifestDigest) : target.name;
  const isApt = image.some((line) => line.startsWith('apt-get'));
  const steps = image.map((line) => `RUN ${line}${isApt ? ' && rm -rf /var/lib/apt/lists/*' : ''}`);
  return [
    ...listRemaining(project),
    `FROM ${toOneLine(base)}`,
    ...(steps.length === 0 ? [] : ['USER 0', ...steps, `USER ${toOneLine(user || '0')}`]),
    '',
  ].join('\n');
}

export function formatScript(plan: PatchPlan, { distro }: Inventory): string {
  const { image, project } = writePatchCommands(plan.groups, distro?.id ?? '');
  return ['#!/bin/sh', 'set -eu', ...listRemaining(project), ...image, ''].join('\n');
}

/** Updates of the application's own packages are comments: they belong in its sources. */
function listRemaining(project: PatchCommands['project']): readonly string[] {
  return project.flatMap(({ title, lines }) => [
    `# ${toOneLine(title)}:`,
    ...lines.map((line) => `#   ${toOneLine(line)}`),
  ]);
}

function toOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
