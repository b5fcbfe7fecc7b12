import type { ControlEvidence } from '../../foundation/core/control.ts';
import { defined } from '../../foundation/core/defined.ts';
import { countDays } from './dates.ts';
import type { PolicyInput } from './fact.ts';
import type { Control } from './policy.ts';
import { isSameTarget, type ToolResult, type ToolRun } from './tool-results.ts';

/** Older results of other tools do not count: the image and the rules change. */
const AGE_DAYS_MAX = 30;

/**
 * Lists the results of other tools about a control: those with its ID, or with an ID that the pack
 * names for it, such as a CCI number.
 */
export function listControlEvidence(
  { id, resultIds }: Pick<Control, 'id' | 'resultIds'>,
  pack: string,
  { toolRuns = [], assessment, now }: PolicyInput,
): readonly ControlEvidence[] {
  const ids = new Set([`${pack}/${id}`, ...resultIds].map(normalizeId));
  return toolRuns.flatMap((run): ControlEvidence[] => {
    const own = run.results.filter((result) => isControlResult(result, ids, run));
    if (own.length === 0) {
      return [];
    }
    const { tool, file, digest, ranAt } = run;
    const days = ranAt === undefined ? Number.NaN : Math.floor(countDays(ranAt, now));
    const ageDays = Number.isNaN(days) ? undefined : days;
    const isOther = isSameTarget(run, assessment.target) === false;
    const note = isOther ? 'it is about another target' : judgeAge(ageDays);
    const checks = own.map((result) => ({ id: result.id, status: result.state ?? 'unknown' }));
    return [{ tool, file, digest, checks, ...defined({ ranAt, ageDays, note }) }];
  });
}

function isControlResult(
  { id, tags = [] }: ToolResult,
  ids: ReadonlySet<string>,
  run: ToolRun,
): boolean {
  return [id, ...tags, run.kind].some((one) => ids.has(normalizeId(one)));
}

function judgeAge(ageDays: number | undefined): string | undefined {
  if (ageDays === undefined) {
    return 'it does not state when it ran';
  }
  if (ageDays < 0) {
    return 'it ran after the time of this evaluation';
  }
  return ageDays > AGE_DAYS_MAX
    ? `it is ${ageDays} days old, more than ${AGE_DAYS_MAX}`
    : undefined;
}

/** Tags of HDF name parts of controls, such as `CM-6 b`. */
function normalizeId(id: string): string {
  return id
    .trim()
    .toLowerCase()
    .replace(/^([a-z]{2}-\d+(?:\s*\(\d+\))?)\s.*$/, '$1')
    .replaceAll(/\s+/g, '');
}
