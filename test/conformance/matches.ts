// Compares our findings on every recorded target with Grype's answer:
// `npm run conformance:matches`.
import { GROUNDS } from './default-grounds.ts';
import { scoreMatches } from './match-score.ts';
import { driverOptions, printScores } from './score.ts';
import { requiredMaterial } from './shared-material.ts';

const options = driverOptions();
const scores = await scoreMatches(requiredMaterial(), options);
printScores(scores, options.isVerbose);
if (!options.isParity) {
  for (const { id } of GROUNDS) {
    const found = scores.filter(({ grounds }) => grounds.has(id));
    const sum = found.reduce((total, { grounds }) => total + (grounds.get(id) ?? 0), 0);
    const names = found.map(({ name }) => name).join(', ');
    console.log(`proven: ${id}: ${sum} on ${found.length} targets: ${names}`);
  }
}
