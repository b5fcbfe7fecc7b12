import { assessCompleteness } from '../../foundation/core/assessment.ts';
import type { FindingChange } from '../../foundation/core/change.ts';
import { defined } from '../../foundation/core/defined.ts';
import { isGuess, type SeverityWord } from '../../foundation/core/finding.ts';
import { SURFACE_AGES, SURFACE_SHARES, SURFACE_TITLES } from '../../foundation/core/surface.ts';
import type {
  BareDifference,
  Consequence,
  DifferenceDecision,
  FileChange,
  FindingDifference,
  Section,
} from '../../hardening/compare/difference.ts';
import { selectCountedRows } from '../../hardening/compare/surface-comparison.ts';
import type { PolicyInput, SubjectList } from './fact.ts';

/** One change between two results of a target, of any section of a comparison. */
export interface ChangeSubject {
  readonly section: Section | 'surface';
  /** Unique in its section. */
  readonly key: string;
  readonly kinds: readonly string[];
  readonly name: string;
  readonly packageName?: string;
  readonly packageType?: string;
  readonly before?: string;
  readonly after?: string;
  readonly consequence?: Consequence;
  readonly cause?: string;
  readonly severity?: SeverityWord;
  readonly isGuess?: boolean;
  readonly vulnerabilities?: readonly string[];
  readonly decision?: DifferenceDecision;
}

/** Lists the changes since the baseline, of all sections. */
export function listChanges({ difference, assessment }: PolicyInput): SubjectList<ChangeSubject> {
  const { changes } = assessment;
  if (difference === undefined || changes === undefined) {
    return { subjects: [], missing: ['no earlier result was given: add --baseline FILE'] };
  }
  const { before, filesNote } = difference;
  const { executables = before.executables } = difference.after;
  const isUnread = before.executables === undefined || executables === undefined;
  return {
    subjects: [
      ...listConfigurationChanges(difference),
      ...listPackageChanges(difference),
      ...listFileChanges(difference),
      ...listExecutableChanges(difference),
      ...changes.map(toFindingChange),
      ...listSurfaceChanges(difference),
    ],
    missing: [
      ...assessCompleteness(assessment).reasons.map(({ reason }) => reason),
      ...before.coverage.reasons.map((reason) => `in the baseline: ${reason}`),
      ...(filesNote === undefined ? [] : [filesNote]),
      ...(isUnread ? ['the executables of both results are not known'] : []),
      // Shares summarize other dimensions, and ages depend on the time and the advisories.
      ...difference.surface.rows
        .filter(({ id }) => !SURFACE_SHARES.has(id) && !SURFACE_AGES.has(id))
        .filter((row) => row.before === undefined || row.after === undefined)
        .slice(0, 1)
        .map(({ id }) => `the ${SURFACE_TITLES[id]} of both results are not known`),
    ],
  };
}

/** Lists the changes of the image's configuration. */
export function listConfigurationChanges(difference: BareDifference): readonly ChangeSubject[] {
  return difference.configuration.map(({ name, before, after, consequence, decision }) => ({
    section: 'configuration',
    key: `configuration ${name}`,
    kinds: [before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'],
    name,
    consequence,
    ...defined({ before, after, decision }),
  }));
}

/** Lists added, removed and changed packages. */
export function listPackageChanges(difference: BareDifference): readonly ChangeSubject[] {
  return difference.packages.map(({ kind, before, after, decision }) => ({
    section: 'packages',
    key: `package ${before?.key ?? ''} ${after?.key ?? ''}`,
    kinds: [kind],
    name: (after ?? before)?.name ?? '',
    packageName: (after ?? before)?.name ?? '',
    packageType: (after ?? before)?.type ?? '',
    ...defined({ before: before?.version, after: after?.version, decision }),
  }));
}

/** Lists files that differ; gained privileges are a loss of security. */
export function listFileChanges(difference: BareDifference): readonly ChangeSubject[] {
  return difference.files.map((change) => {
    const { kinds, before, after, ownerAfter, ownerBefore, decision } = change;
    const path = (after ?? before)?.path ?? '';
    return {
      section: 'files',
      key: `file ${before?.path ?? ''} ${path}`,
      kinds,
      name: path,
      packageName: after === undefined ? ownerBefore : ownerAfter,
      ...defined({
        before: before && formatMode(before.mode),
        after: after && formatMode(after.mode),
        consequence: judgePrivileges(change),
        decision,
      }),
    };
  });
}

function formatMode(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

const SETUID = 0o4000;
const SETGID = 0o2000;
const OTHERS_WRITE = 0o002;

/** Returns whether a regular file gained or lost setuid, setgid, or the right of all to write. */
export function judgePrivileges({ before, after }: FileChange): Consequence | undefined {
  const bits = SETUID | SETGID | OTHERS_WRITE;
  const [was, is] = [before, after].map((file) =>
    file?.type === 'regular' ? file.mode & bits : 0,
  ) as [number, number];
  const gained = after?.type === 'regular' ? is & ~((before?.mode ?? 0) & bits) : 0;
  return gained !== 0 ? 'security-loss' : (was & ~is) !== 0 ? 'security-gain' : undefined;
}

/** Lists added, removed and changed executables. */
export function listExecutableChanges(difference: BareDifference): readonly ChangeSubject[] {
  return difference.executables.map(({ path, kinds, decision }) => ({
    section: 'executables',
    key: `executable ${path}`,
    kinds,
    name: path,
    ...defined({ decision }),
  }));
}

/** Lists findings that only one of the sides has, or that differ. */
export function listFindingDifferences(difference: BareDifference): readonly ChangeSubject[] {
  return difference.findings.map((change: FindingDifference) => {
    const { kind, cause, before, after, decision } = change;
    const found = after ?? before;
    return {
      section: 'findings',
      key: `finding ${kind} ${found?.id ?? ''} ${found?.package.key ?? ''}`,
      kinds: [kind],
      name: found?.id ?? '',
      packageName: found?.package.name ?? '',
      ...defined({ cause, decision }),
    };
  });
}

/** Converts a change of a finding since a baseline. */
export function toFindingChange({ kind, cause, before, after }: FindingChange): ChangeSubject {
  const found = after ?? before;
  const { id = '', aliases = [], severity = 'unknown' } = found?.finding ?? {};
  return {
    section: 'findings',
    key: `finding ${kind} ${id} ${found?.package.key ?? ''}`,
    kinds: [kind],
    name: id,
    packageName: found?.package.name ?? '',
    packageType: found?.package.type ?? '',
    severity,
    isGuess: found !== undefined && isGuess(found.finding),
    vulnerabilities: [id, ...aliases],
    ...defined({ before: before?.package.version, after: after?.package.version, cause }),
  };
}

/** Lists dimensions of the attack surface that are known for both and differ. */
export function listSurfaceChanges(difference: BareDifference): readonly ChangeSubject[] {
  return selectCountedRows(difference.surface.rows)
    .filter(({ before, after }) => before !== after)
    .map(({ id, before, after }) => ({
      section: 'surface',
      key: `surface ${id}`,
      kinds: [after > before ? 'grown' : 'shrunk'],
      name: SURFACE_TITLES[id],
      before: String(before),
      after: String(after),
    }));
}
