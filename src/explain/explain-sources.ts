import type { Advisory } from '../core/advisory.ts';
import type { Judgement } from '../match/judgement.ts';
import { matchInventory } from '../match/match-inventory.ts';
import { findDisagreements, formatSource, listSources } from '../match/source-statement.ts';
import type { Evaluated } from './explain-absence.ts';
import type { FindingExplanation, SourceAnswer } from './explanation.ts';

/**
 * Adds the answers of all sources that were compared with the package of each finding, also of
 * those that do not include its version. Each package is matched once more, alone.
 */
export function explainSources(
  explanations: readonly FindingExplanation[],
  { inventory, database, options }: Omit<Evaluated, 'findings'>,
): readonly FindingExplanation[] {
  const byPackage = new Map<string, readonly Judgement[]>();
  const judgePackage = (key: string): readonly Judgement[] => {
    const judgements: Judgement[] = [];
    const packages = inventory.packages.filter((one) => one.key === key);
    matchInventory({ ...inventory, packages }, database, {
      ...options,
      observe: (judgement) => judgements.push(judgement),
    });
    return judgements;
  };
  return explanations.map((one) => {
    const { key } = one.package;
    const judgements = byPackage.get(key) ?? judgePackage(key);
    byPackage.set(key, judgements);
    const ids = new Set([one.id, ...one.aliases]);
    const about = judgements.filter(({ advisory }) => listIds(advisory).some((id) => ids.has(id)));
    const stated = listSources([...new Set(about.map(({ advisory }) => advisory))], database);
    const sources = stated.map(
      (source): SourceAnswer => ({
        ...source,
        verdict: judgeSource(
          about.filter(({ advisory }) => formatSource(advisory).source === source.source),
        ),
      }),
    );
    return { ...one, sources, disagreements: findDisagreements(stated) };
  });
}

function listIds({ vulnerability, aliases, cves }: Advisory): readonly string[] {
  return [vulnerability, ...aliases, ...cves];
}

/** Any statement that includes the version decides; else any that could not be compared. */
function judgeSource(judgements: readonly Judgement[]): SourceAnswer['verdict'] {
  const affected = judgements.filter(({ advisory }) => advisory.effect === 'affected');
  if (affected.some(({ isInRange }) => isInRange === true)) {
    return 'affected';
  }
  return judgements.some(({ isInRange }) => isInRange === undefined) ? 'undecided' : 'not-affected';
}
