// Compares our inventory of every recorded target with Syft's answer: `npm run conformance:sbom`.
import { scoreSboms } from './sbom-score.ts';
import { driverOptions, printScores } from './score.ts';
import { requiredMaterial } from './shared-material.ts';

const { only, isVerbose } = driverOptions();
printScores(await scoreSboms(requiredMaterial(), only, isVerbose), isVerbose);
