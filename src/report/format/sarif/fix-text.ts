import type { Finding } from '../../../foundation/core/finding.ts';

/** Describes the fix of a finding in words, for readers who do not know the states. */
export function describeFix({ fixState, fixVersions }: Finding): string {
  if (fixVersions.length > 0) {
    return `fixed in ${fixVersions.join(', ')}`;
  }
  switch (fixState) {
    case 'wont-fix':
      return 'the vendor will not fix it';
    case 'not-fixed':
      return 'no fix yet';
    default:
      return 'no fix is known';
  }
}
