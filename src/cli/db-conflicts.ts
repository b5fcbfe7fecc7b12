import type { Advisory, OperatingSystem } from '../foundation/core/advisory.ts';
import { omitEmpty } from '../foundation/core/filled.ts';
import { escapeText } from '../foundation/core/screen-text.ts';
import { formatSystemVersion } from '../foundation/core/system-version.ts';
import { formatCpe } from '../foundation/identity/cpe-name/cpe.ts';
import { type TextColumn, writeTextTable } from '../foundation/present/text-table.ts';
import {
  formatDisagreement,
  formatStatementState,
  type SourceStatement,
  type StatedVulnerability,
} from '../vulnerability/match/source-statement.ts';
import type { Context } from './command.ts';
import { createTableOptions } from './terminal.ts';

/** One source of a vulnerability; the members of the others are empty in all but the first. */
interface ConflictRow {
  readonly id: string;
  readonly package: string;
  readonly system: string;
  readonly source: SourceStatement;
  readonly disagreement: string;
}

const COLUMNS: readonly TextColumn<ConflictRow>[] = [
  { title: 'VULNERABILITY', cell: (row) => row.id },
  { title: 'PACKAGE', canShrink: true, cell: (row) => row.package },
  { title: 'SYSTEM', dropRank: 3, cell: (row) => row.system },
  { title: 'DISAGREE ON', canShrink: true, wraps: true, cell: (row) => row.disagreement },
  { title: 'SOURCE', canShrink: true, cell: ({ source }) => source.source },
  { title: 'AFFECTED', canShrink: true, wraps: true, cell: ({ source }) => source.affected },
  {
    title: 'FIXED IN',
    canShrink: true,
    wraps: true,
    cell: ({ source }) => source.fixVersions.join(', '),
  },
  { title: 'STATE', cell: ({ source }) => formatStatementState(source.state) },
  { title: 'SEVERITY', dropRank: 2, cell: ({ source }) => source.severity },
  { title: 'DATE', dropRank: 1, cell: ({ source }) => source.date ?? '' },
];

/** Prints each vulnerability whose sources disagree, with one line for each source. */
export function printConflictTable(
  conflicts: readonly StatedVulnerability[],
  context: Context,
): void {
  const rows = conflicts.flatMap(({ ids, advisories, sources, disagreements }) => {
    const [first] = advisories;
    return sources.map(
      (source, index): ConflictRow =>
        index === 0 && first !== undefined
          ? {
              id: ids[0] ?? '',
              package: formatPackage(first),
              system: formatSystem(first.operatingSystem),
              source,
              disagreement: disagreements.map(({ kind }) => kind).join(', '),
            }
          : { id: '', package: '', system: '', source, disagreement: '' },
    );
  });
  writeTextTable(
    { write: (text) => context.print(text) },
    { columns: COLUMNS, rows },
    createTableOptions(context.terminal),
  );
}

/** Formats the disagreements about one vulnerability as lines for people. */
export function formatDisagreements({
  ids,
  advisories,
  disagreements,
}: StatedVulnerability): readonly string[] {
  const [first] = advisories;
  if (first === undefined || disagreements.length === 0) {
    return [];
  }
  const system = formatSystem(first.operatingSystem);
  const subject = `${formatPackage(first)}${system === '' ? '' : ` (${system})`}`;
  return [
    `The sources disagree about ${ids[0]} in ${subject}:`,
    ...disagreements.map(formatDisagreement).map((line) => `  ${line}`),
  ].map(escapeText);
}

/** Formats conflicts for programs. */
export function toConflictModel(conflict: StatedVulnerability): object {
  const { ids, advisories, sources, disagreements } = conflict;
  const [first] = advisories;
  const { operatingSystem: system, ecosystem, packageName } = first ?? {};
  return {
    ids,
    package: packageName === undefined ? undefined : { name: packageName, ecosystem },
    cpe: first?.product === undefined ? undefined : formatPackage(first),
    os: system === undefined ? undefined : { name: system.name, version: formatVersion(system) },
    sources: sources.map(toSourceModel),
    disagreements,
  };
}

function toSourceModel(source: SourceStatement): object {
  const { fixVersions, affected, ...rest } = source;
  return {
    ...rest,
    affected: affected === '' ? undefined : affected,
    fix_versions: omitEmpty(fixVersions),
  };
}

export function formatPackage({ packageName, product }: Advisory): string {
  return product === undefined
    ? (packageName ?? '')
    : formatCpe({ ...product, version: '', update: '' });
}

export function formatSystem(system: OperatingSystem | undefined): string {
  return system === undefined ? '' : `${system.name} ${formatVersion(system)}`;
}

export function formatVersion(system: OperatingSystem): string {
  const { channel } = system;
  return `${formatSystemVersion(system)}${channel === '' ? '' : `+${channel}`}`;
}
