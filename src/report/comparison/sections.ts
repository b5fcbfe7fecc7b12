import {
  type BareDifference,
  CONSEQUENCES,
  type DifferenceDecision,
  EXECUTABLE_CHANGES,
  FILE_CHANGES,
  FINDING_CHANGES,
  PACKAGE_CHANGES,
  type Section,
} from '../../compare/difference.ts';
import { formatCount, groupDigits } from '../../core/screen-text.ts';
import {
  configurationText,
  countsByKind,
  decisionText,
  executableText,
  fileGroups,
  findingText,
  noiseText,
  packageText,
} from './change-text.ts';

/** One list of changes, for any output. */
export interface ChangeSection {
  readonly id: Section;
  readonly title: string;
  /** How many of which kind. */
  readonly summary: string;
  readonly lines: readonly ChangeLine[];
  readonly note?: string;
}

export interface ChangeLine {
  readonly kind: string;
  readonly text: string;
  /** Empty where nobody has decided. */
  readonly decision: string;
}

/** The lists of changes that have any, in the order of the sections. */
export function changeSections(difference: BareDifference): readonly ChangeSection[] {
  const sections = [
    configurationSection(difference),
    packageSection(difference),
    findingSection(difference),
    executableSection(difference),
    fileSection(difference),
  ];
  return sections.filter(({ lines }) => lines.length > 0);
}

function lineOf(kind: string, text: string, decision?: DifferenceDecision): ChangeLine {
  return { kind: kind.replaceAll('-', ' '), text, decision: decisionText(decision) };
}

function configurationSection({ configuration }: BareDifference): ChangeSection {
  return {
    id: 'configuration',
    title: 'Configuration',
    summary: countsByKind(
      configuration.map(({ consequence }) => consequence),
      CONSEQUENCES,
    ),
    lines: configuration.map((one) =>
      lineOf(one.consequence, configurationText(one), one.decision),
    ),
  };
}

function packageSection({ packages }: BareDifference): ChangeSection {
  const sorted = PACKAGE_CHANGES.flatMap((kind) => packages.filter((one) => one.kind === kind));
  return {
    id: 'packages',
    title: 'Packages',
    summary: countsByKind(
      packages.map(({ kind }) => kind),
      PACKAGE_CHANGES,
    ),
    lines: sorted
      .toSorted((left, right) => Number(isBare(left.kind)) - Number(isBare(right.kind)))
      .map((one) => lineOf(one.kind, packageText(one), one.decision)),
  };
}

/** What came or went without a counterpart is less telling, and more of it. */
function isBare(kind: string): boolean {
  return kind === 'added' || kind === 'removed';
}

function findingSection({ findings }: BareDifference): ChangeSection {
  const changed = findings.filter(({ kind }) => kind !== 'unchanged');
  return {
    id: 'findings',
    title: 'Findings',
    summary: countsByKind(
      findings.map(({ kind }) => kind),
      FINDING_CHANGES,
    ),
    lines: FINDING_CHANGES.flatMap((kind) => changed.filter((one) => one.kind === kind)).map(
      (one) => lineOf(one.kind, findingText(one), one.decision),
    ),
  };
}

function executableSection({ executables }: BareDifference): ChangeSection {
  const isTold = (kinds: readonly string[]): boolean => !kinds.every(isBare);
  const told = executables.filter(({ kinds }) => isTold(kinds));
  const bare = executables.filter(({ kinds }) => !isTold(kinds));
  return {
    id: 'executables',
    title: 'Executables',
    summary: countsByKind(
      executables.flatMap(({ kinds }) => kinds),
      EXECUTABLE_CHANGES,
    ),
    lines: [...told, ...bare].map((one) =>
      lineOf(one.kinds.join(', '), executableText(one), one.decision),
    ),
  };
}

function fileSection(difference: BareDifference): ChangeSection {
  const { files, filesNote } = difference;
  const note = [noiseText(difference), filesNote === undefined ? '' : `${capital(filesNote)}.`]
    .filter((one) => one !== '')
    .join(' ');
  return {
    id: 'files',
    title: 'Files by package',
    summary: countsByKind(
      files.flatMap(({ kinds }) => kinds),
      FILE_CHANGES,
    ),
    lines: fileGroups(files).map(({ owner, changes }) => {
      const decided = changes.filter(({ decision }) => decision !== undefined).length;
      const counts = countsByKind(
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

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
