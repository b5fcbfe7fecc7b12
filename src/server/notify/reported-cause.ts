import type { SeverityWord } from '../../foundation/core/finding.ts';
import type { RevisionKind } from '../store/tables.ts';

/** A number of equal effects, in the scope of a subscription. */
export interface ReportedEffect {
  readonly kind: string;
  /** Number of findings or verdicts, and of images. */
  readonly count: number;
  readonly images: number;
}

/** A cause with all contents of its message. */
export interface ReportedCause {
  readonly id: number;
  readonly revision: number;
  readonly kind: RevisionKind;
  readonly subject: string;
  readonly summary: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly effects: readonly ReportedEffect[];
  /** Of the vulnerability; absent for other causes. */
  readonly severity?: SeverityWord;
  /** The lower severity before; absent if it did not rise. */
  readonly roseFrom?: SeverityWord;
  readonly isExploited: boolean;
}

const FAILED = /-fail$/;

/** Whether a cause is a change of the advisories about one vulnerability. */
export function isAboutAdvisories({ kind, subject }: Pick<ReportedCause, 'kind' | 'subject'>) {
  return kind === 'data' && subject !== '';
}

/**
 * Whether findings in packages that cannot be reached are left out of a cause. Known exploitation
 * and a severity that rose count everywhere, even if such a finding is closed.
 */
export function isLimitedByReach(
  cause: Pick<ReportedCause, 'isExploited' | 'kind' | 'roseFrom' | 'subject'>,
  { reachable = false }: { readonly reachable?: boolean },
): boolean {
  return (
    reachable && isAboutAdvisories(cause) && !cause.isExploited && cause.roseFrom === undefined
  );
}

/** Whether findings are closed, and nothing else happened: advisories were withdrawn or changed. */
export function isGoodNews(cause: ReportedCause): boolean {
  const { effects } = cause;
  return (
    isAboutAdvisories(cause) && effects.length > 0 && effects.every(({ kind }) => kind === 'closed')
  );
}

/** Whether a cause passes every filter, and is not kept for a digest. */
export function isUrgent(cause: ReportedCause): boolean {
  const { effects, isExploited, roseFrom } = cause;
  return (
    (isExploited && !isGoodNews(cause)) ||
    roseFrom !== undefined ||
    effects.some(({ kind }) => kind === 'overdue' || FAILED.test(kind))
  );
}
