import { join } from 'node:path';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { type Score, score, selectAnswered, withFolder, writeReport } from './score.ts';
import { listCorpusTargets } from './targets.ts';
import { completeSource } from './unpublished-source.ts';

const DIFFERENCES = join(import.meta.dirname, 'sbom-differences.json');

/** Answers besides the usual ones, by the scope they were recorded with. */
const FURTHER_SCOPES = [
  { scope: 'all-layers', folder: 'expected-all-layers', label: ' (all layers)' },
] as const;

/** Scores our inventory of every recorded image and directory against Syft's answers. */
export function scoreSboms(shared: string, only: RegExp, isVerbose = false): Promise<Score[]> {
  return withFolder(async (folder) => {
    const targets = listCorpusTargets(shared, folder, only);
    const questions = [
      { scope: 'squashed', folder: 'expected', label: '' },
      ...FURTHER_SCOPES,
    ] as const;
    const scores: Score[] = [];
    for (const { scope, folder: answers, label } of questions) {
      const expectedFolder = join(shared, 'corpus', answers);
      for (const { target, expected } of selectAnswered(
        targets,
        expectedFolder,
        'syft.json.zst',
        only,
      )) {
        const { name, input } = target;
        const inventory = await readInventory(input, { name, scope, temporaryFolder: folder });
        const actual = join(folder, `${name}.actual.json`);
        const tool = { name: 'plimsoll', version: '0' };
        writeReport({ tool, inventory, configuration: {} }, 'syft-json', actual, {
          isParity: true,
        });
        completeSource(expected, actual);
        const scorer = join(shared, 'tools', 'score-sbom.mjs');
        const question = { scorer, expected, differences: DIFFERENCES, isVerbose };
        scores.push(score({ ...target, name: name + label }, actual, question));
      }
    }
    return scores;
  });
}
