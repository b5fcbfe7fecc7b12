import { compareText } from '../../../foundation/core/compare-text.ts';
import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import type {
  BareDifference,
  ConfigurationChange,
  DifferenceDecision,
  ExecutableChange,
  FileChange,
  FindingDifference,
  PackageChange,
} from '../../../hardening/compare/difference.ts';

/** Formats counts such as `3 added, 1 removed`; empty if there are none. */
export function formatCountsByKind(kinds: readonly string[], order: readonly string[]): string {
  const counts = Map.groupBy(kinds, (kind) => kind);
  return order
    .flatMap((kind) => {
      const { length } = counts.get(kind) ?? [];
      return length === 0 ? [] : [`${groupDigits(length)} ${kind.replaceAll('-', ' ')}`];
    })
    .join(', ');
}

export function formatDecision(decision: DifferenceDecision | undefined): string {
  if (decision === undefined) {
    return '';
  }
  const { reason, author, expiresAt, isExpired } = decision;
  const until = expiresAt === undefined ? '' : `, until ${expiresAt.slice(0, 10)}`;
  return `${isExpired ? 'expired: ' : 'accepted: '}${reason} (${author}${until})`;
}

export function formatConfigurationChange({ name, before, after }: ConfigurationChange): string {
  return `${name}: ${before ?? 'not set'} → ${after ?? 'not set'}`;
}

export function formatPackageChange({ kind, before, after, provides }: PackageChange): string {
  const was = before && `${before.name} ${before.version}`;
  const is = after && `${after.name} ${after.version}`;
  if (was === undefined || is === undefined) {
    return was ?? is ?? '';
  }
  switch (kind) {
    case 'renamed':
      return `${was} → ${is}, from the same source package`;
    case 'replaced':
      return `${was} → ${is}, both provide ${formatProvisions(provides ?? [])}`;
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

const PROVISIONS_SHOWN = 3;

/** Formats a list such as `command awk, command cat, command cp and 70 more`. */
function formatProvisions(provides: readonly string[]): string {
  const more = provides.length - PROVISIONS_SHOWN;
  const shown = provides.slice(0, PROVISIONS_SHOWN).join(', ');
  return more > 0 ? `${shown} and ${groupDigits(more)} more` : shown;
}

export function formatExecutableChange(change: ExecutableChange): string {
  const formatLists = (
    title: string,
    was: readonly string[],
    is: readonly string[],
  ): readonly string[] =>
    was.length + is.length === 0
      ? []
      : [`${title} ${[...was.map((one) => `−${one}`), ...is.map((one) => `+${one}`)].join(', ')}`];
  const isBare = change.kinds.every((kind) => kind === 'added' || kind === 'removed');
  if (isBare) {
    return change.path;
  }
  const details = [
    ...formatLists('libraries', change.librariesBefore, change.librariesAfter),
    ...formatLists('hardening', change.hardeningBefore, change.hardeningAfter),
  ];
  return [change.path, ...details].join('; ');
}

/** Returns the reason for a finding or its absence, as the end of a sentence. */
export function formatFindingChange(change: FindingDifference): string {
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

/** Added, removed and changed files, by owning package; the largest group first. */
export interface FileGroup {
  /** Empty for files of no package. */
  readonly owner: string;
  readonly changes: readonly FileChange[];
}

export function groupFiles(files: readonly FileChange[]): readonly FileGroup[] {
  const relevant = files.filter(({ noise }) => noise === undefined);
  const groups = Map.groupBy(relevant, ({ ownerBefore, ownerAfter }) => ownerAfter || ownerBefore);
  return [...groups]
    .map(([owner, changes]) => ({ owner, changes }))
    .sort(
      (left, right) =>
        right.changes.length - left.changes.length || compareText(left.owner, right.owner),
    );
}

/** Reports the files left out as noise, by kind; empty if there are none. */
export function formatNoise({ files }: BareDifference): string {
  const noise = files.flatMap((change) => change.noise ?? []);
  const kinds = [...new Set(noise)].sort(compareText);
  return noise.length === 0
    ? ''
    : `Not listed: ${formatCount(noise.length, 'file')} that every build writes again (${formatCountsByKind(noise, kinds)}).`;
}
