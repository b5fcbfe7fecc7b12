import type { Assessment } from '../../../foundation/core/assessment.ts';
import { SEVERITIES, type SeverityWord } from '../../../foundation/core/finding.ts';
import { quoteArgument } from '../../../foundation/core/quote-argument.ts';
import { formatBytes, formatCount } from '../../../foundation/core/screen-text.ts';
import { SURFACE_TITLES, type SurfaceId } from '../../../foundation/core/surface.ts';
import type { BaseRecommendation } from '../../../hardening/harden/base-recommendation.ts';
import type {
  Bet,
  BetReason,
  PlannedEdit,
  PlannedFinding,
  RemovalPlan,
} from '../../../hardening/harden/removal-plan.ts';
import type { PlanReport } from './contract.ts';

// Texts of a plan that all of its forms share.

/** Returns the image with what it starts, and its size. */
export function formatHeadline({ plan, assessment }: PlanReport): readonly string[] {
  const { image, before, roots } = plan;
  const programs = [...new Set(roots.filter(({ rule }) => rule === 'entrypoint').map(getToken))];
  const [program] = programs;
  const system = assessment.inventory.distro?.prettyName;
  const title = [
    program === undefined ? image.name : `${image.name}: ${program}`,
    ...(system === undefined || system === '' ? [] : [system]),
    image.platform,
  ].join(' · ');
  const findings =
    before.findings === undefined
      ? 'findings not evaluated'
      : `${formatCount(before.findings, 'finding')}${formatSeverities(listFindings(assessment))}`;
  return [
    title,
    `${formatBytes(before.bytes)}, ${formatCount(before.packages, 'package')}, ${findings}`,
  ];
}

function getToken({ token }: { readonly token: string }): string {
  return token;
}

function listFindings({ findings }: Assessment): readonly { readonly severity: SeverityWord }[] {
  return findings?.findings ?? [];
}

/** Returns `(3 high, 9 medium)`; empty without findings. */
function formatSeverities(findings: readonly { readonly severity: SeverityWord }[]): string {
  const counts = SEVERITIES.toReversed().flatMap((severity) => {
    const count = findings.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return counts.length === 0 ? '' : ` (${counts.join(', ')})`;
}

/** Returns what is needed and what can be removed, or why that is unknown. */
export function formatBalance({ plan }: PlanReport): readonly (readonly [string, string])[] {
  const { before, after, undecided } = plan;
  if (undecided !== undefined) {
    return [];
  }
  const needed = [
    formatCount(after.files, 'file'),
    formatBytes(after.bytes),
    `from ${formatCount(after.packages, 'package')}`,
  ];
  const removable = [
    formatBytes(before.bytes - after.bytes),
    formatCount(before.packages - after.packages, 'package'),
    ...(before.findings === undefined
      ? []
      : [formatCount(before.findings - (after.findings ?? 0), 'finding')]),
  ];
  return [
    ['Needed', needed.join(', ')],
    ['Removable', removable.join(', ')],
  ];
}

/** Returns the sentences for a plan that cannot be decided. */
export function formatUndecided({ undecided = '' }: RemovalPlan): readonly string[] {
  return [
    `It cannot be decided what the image needs: ${undecided}.`,
    'The edits below only rely on what is present.',
  ];
}

/** Returns the sentences about license files that were not read; empty if all were. */
export function formatUnread({ unread = [] }: RemovalPlan): readonly string[] {
  const [first] = unread;
  return first === undefined
    ? []
    : [
        `${formatCount(unread.length, 'license file')} not read, the first: ${first.path}: ${first.message}.`,
        'What the image needs does not depend on them.',
      ];
}

/** One edit as texts. */
export interface EditRow {
  /** `1` for an edit, `a` for a part of the one before. */
  readonly number: string;
  readonly isPart: boolean;
  readonly title: string;
  readonly findings: string;
  readonly bytes: string;
  readonly packages: string;
  readonly surface: string;
  readonly breaks: string;
}

export interface EditRows {
  readonly rows: readonly EditRow[];
  /** Number of parts that are not listed. */
  readonly more: number;
}

/** @param partsMax further parts are counted */
export function listEditRows({ edits }: RemovalPlan, partsMax = Infinity): EditRows {
  const rows: EditRow[] = [];
  let [own, part] = [0, 0];
  for (const edit of edits) {
    const isPart = edit.partOf !== undefined;
    if (isPart) {
      part += 1;
    } else {
      own += 1;
      part = 0;
    }
    if (!isPart || part <= partsMax) {
      rows.push(toRow(edit, isPart ? formatLetter(part) : String(own)));
    }
  }
  return { rows, more: edits.length - rows.length };
}

const LETTERS = 26;

function formatLetter(number: number): string {
  const letter = String.fromCharCode('a'.charCodeAt(0) + ((number - 1) % LETTERS));
  return number <= LETTERS ? letter : `${letter}${Math.ceil(number / LETTERS)}`;
}

function toRow(edit: PlannedEdit, number: string): EditRow {
  const { title, breaks, why, predicted, partOf } = edit;
  const { findings, bytes, packages, surface } = predicted;
  return {
    number,
    isPart: partOf !== undefined,
    title,
    findings: findings === undefined ? '' : formatLoss(findings),
    bytes: bytes === 0 ? '0 B' : `−${formatBytes(bytes)}`,
    packages: packages.length === 0 ? '0' : `−${packages.length}`,
    surface: surface
      .filter(({ id }) => SURFACE_WORDS.has(id))
      .map(({ id, from, to }) => `−${from - to} ${SURFACE_WORDS.get(id) ?? SURFACE_TITLES[id]}`)
      .join(', '),
    breaks: breaks === 'bet' ? why : `${breaks}: ${why}`,
  };
}

/** Short titles of the dimensions that tell edits apart; the others follow from these. */
const SURFACE_WORDS: ReadonlyMap<SurfaceId, string> = new Map([
  ['setuid-files', 'setuid'],
  ['capability-files', 'capabilities'],
  ['shells', 'shells'],
  ['package-managers', 'package managers'],
  ['downloaders', 'downloaders'],
  ['interpreters', 'interpreters'],
  ['compilers', 'compilers'],
  ['network-tools', 'network tools'],
]);

/** Returns `−9 (2 high)`. */
function formatLoss(findings: readonly PlannedFinding[]): string {
  const severe = (['critical', 'high'] as const).flatMap((severity) => {
    const count = findings.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  const note = severe.length === 0 ? '' : ` (${severe.join(', ')})`;
  return findings.length === 0 ? '0' : `−${findings.length}${note}`;
}

/** Number of reasons of a bet; the rest is counted. */
const REASONS_MAX = 5;

/** Returns the head of a bet, then its reasons. */
export function formatBet({ programs, reasons, dropped, bytes, findings }: Bet): {
  readonly head: string;
  readonly lines: readonly string[];
} {
  const stake = [
    formatCount(dropped.length, 'file'),
    formatBytes(bytes),
    ...(findings === undefined ? [] : [formatCount(findings.length, 'finding')]),
  ];
  const more = reasons.length - REASONS_MAX;
  return {
    head: `${formatPrograms(programs)} may use dropped files: ${stake.join(', ')}`,
    lines: [
      ...reasons.slice(0, REASONS_MAX).map(formatReason),
      ...(more > 0 ? [`and ${formatCount(more, 'more reference')} (see -o json)`] : []),
    ],
  };
}

/** Returns the first program, and the number of others. */
export function formatPrograms([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${formatCount(others.length, 'other')}`;
}

function formatReason({ target, rule, witness, what }: BetReason): string {
  const at = witness.line ?? witness.offset;
  const place = `${witness.path}${at === undefined ? '' : `:${at}`}`;
  const shown = witness.token === '' ? place : `"${witness.token}" in ${place}`;
  return typeof target === 'string'
    ? `${target}: ${shown} (${rule})`
    : `${what ?? rule}${witness.token === '' ? '' : `: ${shown}`} (${rule})`;
}

/** Returns the next commands, each with its effect. */
export function listNextSteps({ undecided, image, request }: RemovalPlan): readonly NextStep[] {
  const name = quoteArgument(image.userInput);
  if (undecided !== undefined) {
    return [
      {
        line: `plimsoll harden plan ${name} --kubernetes deploy.yaml`,
        does: 'read the command from a manifest',
      },
    ];
  }
  return [
    ...(request.also.length > 0
      ? []
      : [
          {
            line: `plimsoll harden plan ${name} --also sh`,
            does: 'keep a shell, for "kubectl exec" and probes that run commands',
          },
        ]),
    { line: `plimsoll harden recipe ${name} -o dockerfile`, does: 'the same result as a build' },
  ];
}

export interface NextStep {
  readonly line: string;
  readonly does: string;
}

const BASE_KINDS: Readonly<Record<BaseRecommendation['kind'], string>> = {
  'newer-build': 'newer build',
  variant: 'same release',
  release: 'other release',
  system: 'other system',
  'c-library': 'other C library',
};

/** Describes other base images, the one with the fewest findings first. */
export function formatBases({ bases = [] }: RemovalPlan): readonly string[] {
  return bases.length === 0
    ? []
    : ['', 'Other base images', ...bases.flatMap((one) => formatBaseLines(one))];
}

function formatBaseLines(one: BaseRecommendation): readonly string[] {
  const { name, created, supportEnd, findings, packages, bytes, addedFiles } = one;
  const age = created === undefined ? '' : ` of ${created.slice(0, 10)}`;
  const changes = [
    ...(findings === undefined ? [] : [formatChange('findings', findings)]),
    formatChange('packages', packages),
    ...(bytes === undefined
      ? []
      : [`${formatSigned(bytes.after - bytes.before)} in the base image`]),
  ];
  const added = addedFiles === 0 ? 'nothing to add' : `${formatCount(addedFiles, 'path')} to copy`;
  const end = supportEnd === undefined ? '' : `, supported until ${supportEnd}`;
  return [`  ${name}${age} (${BASE_KINDS[one.kind]}${end}): ${changes.join(', ')}; ${added}`];
}

function formatChange(
  noun: string,
  { before, after }: { readonly before: number; readonly after?: number },
): string {
  return `${before} to ${after ?? 'an unknown number of'} ${noun}`;
}

function formatSigned(bytes: number): string {
  return `${bytes < 0 ? '−' : '+'}${formatBytes(Math.abs(bytes))}`;
}
