import { addToList } from '../core/add-to-list.ts';
import { listAdvisoryIds } from './identity.ts';
import type { Judgement } from './judgement.ts';
import type { MatchContext } from './matcher.ts';
import { rankSource } from './source-rank.ts';

/**
 * Returns the rules that ignore statements of general sources: a source that takes precedence has
 * a statement about the same vulnerability, whose range does not contain the version.
 */
export function findOverruled<One extends Judgement>(
  found: readonly One[],
  all: readonly One[],
  context: MatchContext,
): ReadonlyMap<One, string> {
  const rules = new Map<One, string>();
  const ranks = new Set(all.map(({ advisory }) => rankSource(advisory.provider)));
  if (ranks.size < 2) {
    return rules;
  }
  const comparedById = groupComparedById(all, context);
  for (const one of found) {
    const { provider } = one.advisory;
    const rank = rankSource(provider);
    const ids = rank === 0 ? [] : listAdvisoryIds(one.advisory, context);
    const preceding = ids
      .flatMap((id) => comparedById.get(id) ?? [])
      .filter((other) => rankSource(other.advisory.provider) < rank);
    const best = Math.min(...preceding.map((other) => rankSource(other.advisory.provider)));
    const deciding = preceding.filter((other) => rankSource(other.advisory.provider) === best);
    const [first] = deciding;
    if (first !== undefined && deciding.every(({ isInRange }) => isInRange === false)) {
      const { provider: by, vulnerability } = first.advisory;
      rules.set(
        one,
        `decided by ${by}, which precedes ${provider} (${vulnerability}: ${first.range} does not contain the version)`,
      );
    }
  }
  return rules;
}

/** Groups the statements that could be compared with the version. */
function groupComparedById<One extends Judgement>(
  all: readonly One[],
  context: MatchContext,
): ReadonlyMap<string, readonly One[]> {
  const byId = new Map<string, One[]>();
  for (const one of all.filter(({ isInRange }) => isInRange !== undefined)) {
    for (const id of listAdvisoryIds(one.advisory, context)) {
      addToList(byId, id, one);
    }
  }
  return byId;
}
