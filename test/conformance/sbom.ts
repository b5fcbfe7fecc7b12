// Compares our inventory of every recorded target with Syft's answer: `npm run conformance -- sbom`.
import { scoreSboms } from './sbom-score.ts';
import { parseDriverOptions, printScores } from './score.ts';
import { requireSharedMaterial } from './shared-material.ts';

const { only, isVerbose } = parseDriverOptions();
printScores(await scoreSboms(requireSharedMaterial(), only, isVerbose), isVerbose);
