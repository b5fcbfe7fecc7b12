// Compares our findings on every recorded target with Grype's answer:
// `npm run conformance -- matches`.
import { GROUNDS } from './default-grounds.ts';
import { scoreMatches } from './match-score.ts';
import { parseDriverOptions, printScores } from './score.ts';
import { requireSharedMaterial } from './shared-material.ts';

const options = parseDriverOptions();
const scores = await scoreMatches(requireSharedMaterial(), options);
printScores(scores, options.isVerbose);
if (!options.isParity) {
  for (const { id } of GROUNDS) {
    const found = scores.filter(({ grounds }) => grounds.has(id));
    const sum = found.reduce((total, { grounds }) => total + (grounds.get(id) ?? 0), 0);
    const names = found.map(({ name }) => name).join(', ');
    console.log(`proven: ${id}: ${sum} on ${found.length} targets: ${names}`);
  }
}
