import type { Advisory } from '../../core/advisory.ts';
import { CODE_FREE_RULES } from '../code-free-rule.ts';
import { hasFixVersion } from '../fix.ts';
import { HOST_KERNEL } from '../host-kernel.ts';
import { dropSharedIds, listAdvisoryIds } from '../identity.ts';
import { judge, parseVersion } from '../judge.ts';
import {
  type Candidate,
  joinOutcomes,
  type MatchContext,
  type Matcher,
  type Outcome,
  type Subject,
} from '../matcher.ts';
import { searchProducts } from '../search/product-search.ts';
import {
  createSuppressions,
  findSystemAdvisories,
  judgeStatements,
  toOutcome,
} from '../search/system-search.ts';
import { listSources } from '../subject.ts';

/**
 * Packages of apk. The security database only lists fixes, so CPE look-ups add the vulnerabilities
 * that it does not list; it decides about the ones that it lists.
 */
export const apk: Matcher = {
  id: 'apk',
  title: 'Alpine packages, by secdb and CPE',
  spec: 'https://gitlab.alpinelinux.org/alpine/infra/docker/secdb',
  types: ['apk'],
  isSystem: true,
  scheme: 'apk',
  // A build number of five digits: that of Alpine, then four of the rebuild.
  rebuildMarks: { prefixes: ['rootio-'], version: /-r[0-9]{5,}$/ },
  ignoreRules: [
    ...CODE_FREE_RULES,
    { ...HOST_KERNEL, packageName: /^linux-(?:lts|virt|edge|stable|vanilla|rpi\d?)$/ },
  ],
  partTypes: [],
  match(subject, context) {
    const sources = listSources(subject, context);
    const searched = [subject, ...sources].map((one) =>
      searchNamed(one, one === subject ? sources : [], context),
    );
    const stated = searched.flatMap(({ statements }) => statements);
    const denied = stated.filter(isNeverAffected).map((advisory) => ({ advisory }));
    const suppressions = createSuppressions(subject, 'denied-by-distribution', denied);
    return joinOutcomes([...searched, { candidates: [], suppressions, unevaluated: [] }]);
  },
};

/** A fix in version 0: the package never had the vulnerability. */
const NEVER_AFFECTED = '< 0';

/** Search result, and all statements of the secdb about the name. */
interface Searched extends Outcome {
  readonly statements: readonly Advisory[];
}

function searchNamed(
  subject: Subject,
  sources: readonly Subject[],
  context: MatchContext,
): Searched {
  const statements = findSystemAdvisories(subject.name, subject, context);
  const judged = judgeStatements(statements, subject, context);
  const own = toOutcome(subject, judged, context);
  const byCpe = searchProducts(subject, context, stripBuildNumber);
  const joined = joinOutcomes([own, { ...byCpe, candidates: [] }]);
  if (byCpe.candidates.length === 0) {
    return { ...joined, statements };
  }
  const ofSources = sources.flatMap((one) => findSystemAdvisories(one.name, one, context));
  const known = [...statements, ...ofSources].filter((one) => one.effect === 'affected');
  const held = new Set(own.candidates.flatMap((one) => listComparedIds(one.advisory, context)));
  const denied = context.strategy.verdicts.unaffectedCancels ? judged.unaffected : [];
  const added = dropSharedIds(byCpe.candidates, denied, context)
    .filter((one) => !listComparedIds(one.advisory, context).some((id) => held.has(id)))
    .flatMap((one) => decideBySecdb(one, known, subject, context));
  return { ...joined, candidates: [...own.candidates, ...added], statements };
}

/**
 * Removes apk's build number, which is not part of the upstream version and would be parsed as a
 * pre-release.
 */
function stripBuildNumber(version: string): string {
  const at = version.indexOf('-r');
  return at >= 0 && at === version.lastIndexOf('-r') ? version.slice(0, at) : version;
}

function listComparedIds(advisory: Advisory, context: MatchContext): readonly string[] {
  return context.strategy.verdicts.toDistroIds(listAdvisoryIds(advisory, context));
}

/**
 * Keeps vulnerabilities that the secdb does not list, but without their fix, because upstream does
 * not know the distribution's fixed version. It keeps listed ones only if the secdb states that the
 * version is vulnerable.
 */
function decideBySecdb(
  candidate: Candidate,
  known: readonly Advisory[],
  subject: Subject,
  context: MatchContext,
): readonly Candidate[] {
  const ids = new Set(listComparedIds(candidate.advisory, context));
  const same = known.filter((advisory) =>
    listComparedIds(advisory, context).some((id) => ids.has(id)),
  );
  if (same.length === 0) {
    const isFixKnown = candidate.fixes.length > 0 && context.distro !== undefined;
    return [isFixKnown ? { ...candidate, fixes: [], fixState: 'unknown' } : candidate];
  }
  const version = parseVersion(subject, context);
  const isVulnerable = same.some(
    (advisory) => hasFixVersion(advisory) && judge(advisory, version, context).isInRange === true,
  );
  return isVulnerable ? [candidate] : [];
}

function isNeverAffected({ effect, ranges }: Advisory): boolean {
  return effect === 'affected' && ranges.length === 1 && ranges[0]?.constraint === NEVER_AFFECTED;
}
