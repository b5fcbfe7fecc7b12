import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import {
  type BareDifference,
  CONSEQUENCES,
  type DifferenceDecision,
  EXECUTABLE_CHANGES,
  FILE_CHANGES,
  FINDING_CHANGES,
  PACKAGE_CHANGES,
  type Section,
} from '../../../hardening/compare/difference.ts';
import { toShortName } from '../../../hardening/compare/distinct-names.ts';
import {
  formatConfigurationChange,
  formatCountsByKind,
  formatDecision,
  formatExecutableChange,
  formatFindingChange,
  formatNoise,
  formatPackageChange,
  groupFiles,
} from './change-text.ts';
import { isJudged } from './judged.ts';

/** One list of changes, for any output. */
export interface ChangeSection {
  readonly id: Section;
  readonly title: string;
  /** Counts by kind. */
  readonly summary: string;
  readonly lines: readonly ChangeLine[];
  readonly note?: string;
}

export interface ChangeLine {
  readonly kind: string;
  readonly text: string;
  /** Empty without a decision. */
  readonly decision: string;
}

/** Returns the nonempty lists of changes, in the order of the sections. */
export function listChangeSections(difference: BareDifference): readonly ChangeSection[] {
  const sections = [
    createConfigurationSection(difference),
    createPackageSection(difference),
    createFindingSection(difference),
    createExecutableSection(difference),
    createFileSection(difference),
  ];
  return sections.filter(({ lines }) => lines.length > 0);
}

function createLine(kind: string, text: string, decision?: DifferenceDecision): ChangeLine {
  return { kind: kind.replaceAll('-', ' '), text, decision: formatDecision(decision) };
}

function createConfigurationSection({ configuration }: BareDifference): ChangeSection {
  return {
    id: 'configuration',
    title: 'Configuration',
    summary: formatCountsByKind(
      configuration.map(({ consequence }) => consequence),
      CONSEQUENCES,
    ),
    lines: configuration.map((one) =>
      createLine(one.consequence, formatConfigurationChange(one), one.decision),
    ),
  };
}

function createPackageSection({ packages }: BareDifference): ChangeSection {
  const sorted = PACKAGE_CHANGES.flatMap((kind) => packages.filter((one) => one.kind === kind));
  return {
    id: 'packages',
    title: 'Packages',
    summary: formatCountsByKind(
      packages.map(({ kind }) => kind),
      PACKAGE_CHANGES,
    ),
    lines: sorted
      .toSorted((left, right) => Number(isBare(left.kind)) - Number(isBare(right.kind)))
      .map((one) => createLine(one.kind, formatPackageChange(one), one.decision)),
  };
}

/** Changes without a counterpart are less informative and more numerous. */
function isBare(kind: string): boolean {
  return kind === 'added' || kind === 'removed';
}

function createFindingSection({ findings, before, after }: BareDifference): ChangeSection {
  const changed = findings.filter(({ kind }) => kind !== 'unchanged');
  const unjudged = [before, after].filter((side) => !isJudged(side)).map(toShortName);
  const doubt = unjudged.length === 0 ? '' : ` (incomplete: ${unjudged.join(' and ')} not judged)`;
  return {
    id: 'findings',
    title: 'Findings',
    summary: `${formatCountsByKind(
      findings.map(({ kind }) => kind),
      FINDING_CHANGES,
    )}${doubt}`,
    lines: FINDING_CHANGES.flatMap((kind) => changed.filter((one) => one.kind === kind)).map(
      (one) => createLine(one.kind, formatFindingChange(one), one.decision),
    ),
  };
}

function createExecutableSection({ executables }: BareDifference): ChangeSection {
  const bare = executables.filter(({ kinds }) => kinds.every(isBare));
  const detailed = executables.filter(({ kinds }) => !kinds.every(isBare));
  return {
    id: 'executables',
    title: 'Executables',
    summary: formatCountsByKind(
      executables.flatMap(({ kinds }) => kinds),
      EXECUTABLE_CHANGES,
    ),
    lines: [...detailed, ...bare].map((one) =>
      createLine(one.kinds.join(', '), formatExecutableChange(one), one.decision),
    ),
  };
}

function createFileSection(difference: BareDifference): ChangeSection {
  const { files, filesNote } = difference;
  const note = [
    formatNoise(difference),
    filesNote === undefined ? '' : `${capitalizeText(filesNote)}.`,
  ]
    .filter((one) => one !== '')
    .join(' ');
  return {
    id: 'files',
    title: 'Files by package',
    summary: formatCountsByKind(
      files.flatMap(({ kinds }) => kinds),
      FILE_CHANGES,
    ),
    lines: groupFiles(files).map(({ owner, changes }) => {
      const decided = changes.filter(({ decision }) => decision !== undefined).length;
      const counts = formatCountsByKind(
        changes.flatMap(({ kinds }) => kinds),
        FILE_CHANGES,
      );
      return {
        kind: formatCount(changes.length, 'file'),
        text: `${owner === '' ? 'no package' : owner}: ${counts}`,
        decision: decided === 0 ? '' : `${groupDigits(decided)} accepted`,
      };
    }),
    ...(note === '' ? {} : { note }),
  };
}

function capitalizeText(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
