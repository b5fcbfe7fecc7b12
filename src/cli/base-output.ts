import { escapeText, formatCount, groupDigits } from '../foundation/core/screen-text.ts';
import { type TextColumn, writeTextTable } from '../foundation/present/text-table.ts';
import type { BaseHead, BaseImage } from '../hardening/base/base-image.ts';
import type { BaseConclusion, BaseEvidence, BaseName } from '../hardening/base/identify-base.ts';
import type { Context } from './command.ts';
import { printRows } from './db-output.ts';
import { createTableOptions } from './terminal.ts';

const ID_CHARS = 12;

/** Returns the first name, or the start of the ID if a base image has none. */
export function formatBaseName({ names, id }: Pick<BaseName, 'names' | 'id'>): string {
  return names[0] ?? id.slice(0, ID_CHARS);
}

const COLUMNS: readonly TextColumn<BaseHead>[] = [
  { title: 'NAME', canShrink: true, wraps: true, cell: ({ names }) => names.join(', ') },
  { title: 'ID', cell: ({ id }) => id.slice(0, ID_CHARS) },
  { title: 'CREATED', dropRank: 1, cell: ({ created = '' }) => created.slice(0, 10) },
  { title: 'PLATFORM', dropRank: 2, cell: formatPlatform },
  { title: 'RELEASE', canShrink: true, dropRank: 3, cell: formatRelease },
  { title: 'LAYERS', dropRank: 4, cell: ({ layers }) => String(layers.length) },
  { title: 'PACKAGES', dropRank: 5, cell: ({ packageCount }) => groupDigits(packageCount) },
];

export function printBaseList(heads: readonly BaseHead[], context: Context): void {
  if (heads.length === 0) {
    context.notify('no base images are known; to add one, run: plimsoll harden base add IMAGE');
    return;
  }
  const target = { write: (text: string) => context.print(text) };
  writeTextTable(target, { columns: COLUMNS, rows: heads }, createTableOptions(context.terminal));
}

export function printBaseRows({ head, packages }: BaseImage, context: Context): void {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Names', head.names.join(', ')],
    ['ID', head.id],
    ['Manifest', head.manifestDigest],
    ['Created', head.created],
    ['Platform', formatPlatform(head)],
    ['Release', formatRelease(head)],
    [
      'Support',
      head.distro?.supportEnd === undefined ? undefined : `until ${head.distro.supportEnd}`,
    ],
    ['Layers', head.layers.join(' ')],
    ['Files', groupDigits(head.fileCount)],
    [
      'Packages',
      `${groupDigits(packages.length)}: ${packages.map(({ name, version }) => `${name} ${version}`).join(', ')}`,
    ],
  ];
  printRows(
    context,
    rows.flatMap(([title, value = '']) => (value === '' ? [] : [[title, value] as const])),
  );
}

function formatPlatform({ os, architecture, variant }: BaseHead): string {
  return [os, architecture, variant].filter(Boolean).join('/');
}

function formatRelease({ distro }: BaseHead): string {
  return distro?.prettyName ?? [distro?.id, distro?.versionId].filter(Boolean).join(' ');
}

interface PrintedConclusion {
  readonly title: string;
  /** Number of base images in the store. */
  readonly known: number;
  readonly conclusion: BaseConclusion;
}

/** Prints the conclusion, then one row for each piece of evidence. */
export function printBaseConclusion(
  { title, known, conclusion }: PrintedConclusion,
  context: Pick<Context, 'terminal' | 'print' | 'notify'>,
): void {
  context.print(`${escapeText(`${title}: ${conclude(conclusion)}`)}\n`);
  const rows = conclusion.evidence.map((one) => ({ kind: one.kind, text: describeEvidence(one) }));
  if (rows.length > 0) {
    context.print('\n');
    const columns: readonly TextColumn<(typeof rows)[number]>[] = [
      { title: 'EVIDENCE', cell: ({ kind }) => kind },
      { title: 'RESULT', canShrink: true, wraps: 'paths', cell: ({ text }) => text },
    ];
    const target = { write: (text: string) => context.print(text) };
    writeTextTable(target, { columns, rows }, createTableOptions(context.terminal));
  }
  if (conclusion.state === 'unknown') {
    context.notify(
      `compared with ${formatCount(known, 'base image')}; to add one, run: plimsoll harden base add IMAGE`,
    );
  }
}

function conclude({ state, base, packages }: BaseConclusion): string {
  if (base === undefined) {
    const stated =
      packages === undefined
        ? ''
        : `; ${packages.known} of ${formatCount(packages.of, 'package')} are in base images of ${packages.release}`;
    return `the base image is not known${stated}`;
  }
  const name = formatBaseName(base);
  switch (state) {
    case 'exact':
      return `built on ${name}`;
    case 'same':
      return `has the content of ${name}, but not its layers`;
    default:
      return `resembles ${name}, but has other packages or fewer files`;
  }
}

function describeEvidence(evidence: BaseEvidence): string {
  switch (evidence.kind) {
    case 'exact':
      return `all layers of ${joinNames(evidence.bases)} are the first ${evidence.layers} of ${formatCount(evidence.of, 'layer')}`;
    case 'claimed': {
      const named = [evidence.name, evidence.digest].filter(Boolean).join('@');
      return `the ${evidence.source} of the image names ${named}: ${CHECKS[evidence.check]}`;
    }
    case 'history':
      return `the history of the image starts with ${formatCount(evidence.entries, 'instruction')} of ${joinNames(evidence.bases)}`;
    case 'content':
      return [
        `${formatShare(evidence.ofBase)} of the files of ${formatBaseName(evidence.base)} are in the image`,
        `${formatShare(evidence.ofImage)} of the files of the image come from it`,
        `${evidence.packages.same} of ${formatCount(evidence.packages.of, 'package')} have the same version`,
        ...(evidence.packages.changed === 0
          ? []
          : [`${evidence.packages.changed} another version`]),
      ].join('; ');
    case 'guess':
      return `the last CMD follows ${formatCount(evidence.layers, 'layer')}, where a base image may end`;
  }
}

const CHECKS = {
  confirmed: 'confirmed by its layers',
  contradicted: 'contradicted, because its layers are not in the image',
  unverified: 'not verified, because this base image is not known',
} as const;

function joinNames(bases: readonly BaseName[]): string {
  return bases
    .flatMap(({ names, id }) => (names.length > 0 ? names : [id.slice(0, ID_CHARS)]))
    .join(', ');
}

/** Rounds down, so that 100 % means all. */
function formatShare(share: number): string {
  return `${Math.floor(share * 1_000) / 10} %`;
}
