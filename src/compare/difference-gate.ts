import { SURFACE_TITLES } from '../core/surface.ts';
import type { GateResult } from '../core/verdict.ts';
import { isOpenChange } from './decide-differences.ts';
import type { BareDifference, FileChange } from './difference.ts';
import { countedRows } from './surface-comparison.ts';

/** What a difference can be made to fail by. `docs/compare.md` says what each looks at. */
export const DIFFERENCE_GATES = [
  'findings',
  'packages',
  'downgrades',
  'executables',
  'privileges',
  'configuration',
  'surface',
] as const;

export type DifferenceGate = (typeof DIFFERENCE_GATES)[number];

/** What a gate found: each thing that fails it, as text; `undefined` where it cannot tell. */
type Judge = (difference: BareDifference) => readonly string[] | undefined;

const SETUID = 0o4000;
const SETGID = 0o2000;
const OTHERS_WRITE = 0o002;

const JUDGES: Readonly<Record<DifferenceGate, Judge>> = {
  findings: ({ before, after, findings }) =>
    before.findings === undefined || after.findings === undefined
      ? undefined
      : findings
          .filter((one) => one.kind === 'introduced' && isOpenChange(one))
          .filter(({ cause }) => cause !== 'data' && cause !== 'matcher' && cause !== 'catalog')
          .map(({ after: found }) => `${found?.id ?? ''} on ${found?.package.name ?? ''}`),
  packages: ({ packages }) =>
    packages
      .filter((one) => one.kind === 'added' && isOpenChange(one))
      .map(({ after }) => after?.name ?? ''),
  downgrades: ({ packages }) =>
    packages
      .filter((one) => one.kind === 'downgraded' && isOpenChange(one))
      .map(({ before, after }) => `${after?.name ?? ''} from ${before?.version ?? ''}`),
  executables: ({ before, after, executables }) =>
    before.executables === undefined || after.executables === undefined
      ? undefined
      : executables
          .filter((one) => one.kinds.includes('added') && isOpenChange(one))
          .map(({ path }) => path),
  privileges: ({ files, filesNote }) => {
    const gains = files.filter((one) => isOpenChange(one) && privilegeGain(one));
    const isUnknown = gains.length === 0 && filesNote !== undefined;
    return isUnknown ? undefined : gains.map(({ after }) => after?.path ?? '');
  },
  configuration: ({ configuration }) =>
    configuration
      .filter((one) => one.consequence === 'security-loss' && isOpenChange(one))
      .map(({ name }) => name),
  surface: ({ surface }) => {
    const counted = countedRows(surface.rows);
    return counted.length === 0
      ? undefined
      : counted
          .filter(({ before, after }) => after > before)
          .map(({ id, before, after }) => `${SURFACE_TITLES[id]}: ${before} to ${after}`);
  },
};

/** Setuid and setgid, and files that anybody may write to. */
function privilegeGain({ before, after }: FileChange): boolean {
  if (after === undefined || after.type !== 'regular') {
    return false;
  }
  const bits = SETUID | SETGID | OTHERS_WRITE;
  return (after.mode & bits & ~(before?.mode ?? 0)) !== 0;
}

const TOLD_MAX = 3;

/** Holds the gates against a difference; what cannot be told is no pass. */
export function judgeDifference(
  difference: BareDifference,
  gates: readonly DifferenceGate[],
): readonly GateResult[] {
  return gates.map((gate) => {
    const failing = JUDGES[gate](difference);
    const told = failing?.slice(0, TOLD_MAX).join(', ') ?? '';
    const more = (failing?.length ?? 0) - TOLD_MAX;
    const rest = more > 0 ? ` and ${more} more` : '';
    return {
      gate: `fail-on-difference ${gate}`,
      outcome: failing === undefined ? 'unknown' : failing.length === 0 ? 'pass' : 'fail',
      reason:
        failing === undefined
          ? 'it is not known of both targets'
          : failing.length === 0
            ? 'nothing new'
            : `${told}${rest}`,
      failedBy: [],
    };
  });
}
