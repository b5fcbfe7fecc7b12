import type {
  BareDifference,
  ConfigurationChange,
  DifferenceDecision,
  ExecutableChange,
  FileChange,
  FindingDifference,
  PackageChange,
} from '../../compare/difference.ts';
import { compareText } from '../../core/compare-text.ts';
import { formatCount, groupDigits } from '../../core/screen-text.ts';

/** `3 added, 1 removed`; empty where there are none. */
export function countsByKind(kinds: readonly string[], order: readonly string[]): string {
  const counts = Map.groupBy(kinds, (kind) => kind);
  return order
    .flatMap((kind) => {
      const { length } = counts.get(kind) ?? [];
      return length === 0 ? [] : [`${groupDigits(length)} ${kind.replaceAll('-', ' ')}`];
    })
    .join(', ');
}

export function decisionText(decision: DifferenceDecision | undefined): string {
  if (decision === undefined) {
    return '';
  }
  const { reason, author, expiresAt, isExpired } = decision;
  const until = expiresAt === undefined ? '' : `, until ${expiresAt.slice(0, 10)}`;
  return `${isExpired ? 'expired: ' : 'accepted: '}${reason} (${author}${until})`;
}

export function configurationText({ name, before, after }: ConfigurationChange): string {
  return `${name}: ${before ?? 'not set'} → ${after ?? 'not set'}`;
}

export function packageText({ kind, before, after, provides }: PackageChange): string {
  const was = before && `${before.name} ${before.version}`;
  const is = after && `${after.name} ${after.version}`;
  if (was === undefined || is === undefined) {
    return was ?? is ?? '';
  }
  switch (kind) {
    case 'renamed':
      return `${was} → ${is}, from the same source package`;
    case 'replaced':
      return `${was} → ${is}, both provide ${provisionText(provides ?? [])}`;
    case 'relocated':
      return `${is}: ${before?.paths.join(', ') ?? ''} → ${after?.paths.join(', ') ?? ''}`;
    case 'relabelled':
      return `${is}: ${before?.purl ?? ''} → ${after?.purl ?? ''}`;
    case 'rebuilt':
      return `${is}, with different content`;
    default:
      return `${was} → ${after?.version ?? ''}`;
  }
}

const PROVISIONS_TOLD = 3;

/** `command awk, command cat, command cp and 70 more`. */
function provisionText(provides: readonly string[]): string {
  const more = provides.length - PROVISIONS_TOLD;
  const told = provides.slice(0, PROVISIONS_TOLD).join(', ');
  return more > 0 ? `${told} and ${groupDigits(more)} more` : told;
}

export function executableText(change: ExecutableChange): string {
  const told = (title: string, was: readonly string[], is: readonly string[]): readonly string[] =>
    was.length + is.length === 0
      ? []
      : [`${title} ${[...was.map((one) => `−${one}`), ...is.map((one) => `+${one}`)].join(', ')}`];
  const isBare = change.kinds.every((kind) => kind === 'added' || kind === 'removed');
  if (isBare) {
    return change.path;
  }
  const details = [
    ...told('libraries', change.librariesBefore, change.librariesAfter),
    ...told('hardening', change.hardeningBefore, change.hardeningAfter),
  ];
  return [change.path, ...details].join('; ');
}

/** Why a finding is there or not, as a sentence's rest. */
export function findingText(change: FindingDifference): string {
  const { kind, before, after, cause, counterpart, aspects } = change;
  const found = after ?? before;
  if (found === undefined) {
    return '';
  }
  const frame = `${found.id} (${found.severity}) on ${found.package.name} ${found.package.version}`;
  if (kind === 'changed') {
    const parts = aspects.map((aspect) => {
      const read = { severity: 'severity', fix: 'fixState', reach: 'reach' } as const;
      return `${aspect} ${before?.[read[aspect]] ?? NONE} → ${after?.[read[aspect]] ?? NONE}`;
    });
    return `${frame}: ${parts.join(', ')}`;
  }
  const other = counterpart && `${counterpart.name} ${counterpart.version}`;
  const against = other === undefined ? '' : `, compared with ${other}`;
  return cause === undefined ? frame : `${frame}: by ${cause}${against}`;
}

const NONE = 'none';

/** Files that came, went and changed, by the package that owns them; the largest group first. */
export interface FileGroup {
  /** Empty for files of no package. */
  readonly owner: string;
  readonly changes: readonly FileChange[];
}

export function fileGroups(files: readonly FileChange[]): readonly FileGroup[] {
  const told = files.filter(({ noise }) => noise === undefined);
  const groups = Map.groupBy(told, ({ ownerBefore, ownerAfter }) => ownerAfter || ownerBefore);
  return [...groups]
    .map(([owner, changes]) => ({ owner, changes }))
    .sort(
      (left, right) =>
        right.changes.length - left.changes.length || compareText(left.owner, right.owner),
    );
}

/** What was left out as noise, by what it is; empty where nothing was. */
export function noiseText({ files }: BareDifference): string {
  const noise = files.flatMap((change) => change.noise ?? []);
  const kinds = [...new Set(noise)].sort(compareText);
  return noise.length === 0
    ? ''
    : `Not listed: ${formatCount(noise.length, 'file')} that every build writes again (${countsByKind(noise, kinds)}).`;
}
