import { join } from 'node:path';
import { readInventory } from '../../src/scan/scan.ts';
import { answered, type Score, score, withFolder, writeReport } from './score.ts';
import { corpusTargets } from './targets.ts';

const DIFFERENCES = join(import.meta.dirname, 'sbom-differences.json');

/** Scores our inventory of every recorded image and directory against Syft's answers. */
export function scoreSboms(shared: string, only: RegExp, isVerbose = false): Promise<Score[]> {
  return withFolder(async (folder) => {
    const scores: Score[] = [];
    const targets = corpusTargets(shared, folder, only);
    const expectedFolder = join(shared, 'corpus', 'expected');
    for (const { target, expected } of answered(targets, expectedFolder, 'syft.json.zst', only)) {
      const inventory = await readInventory(target.input, {
        name: target.name,
        temporaryFolder: folder,
      });
      const actual = join(folder, `${target.name}.actual.json`);
      const tool = { name: 'plimsoll', version: '0' };
      writeReport({ tool, inventory, configuration: {} }, 'syft-json', actual, true);
      const scorer = join(shared, 'tools', 'score-sbom.mjs');
      const question = { scorer, expected, differences: DIFFERENCES, isVerbose };
      scores.push(score(target, actual, question));
    }
    return scores;
  });
}
