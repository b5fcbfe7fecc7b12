// Compares our findings on every recorded target with Grype's answer:
// `npm run conformance:matches`.
import { scoreMatches } from './match-score.ts';
import { driverOptions, printScores } from './score.ts';
import { requiredMaterial } from './shared-material.ts';

const options = driverOptions();
printScores(await scoreMatches(requiredMaterial(), options), options.isVerbose);
