// Compares packages and files of the recorded images with an independent reading of them: `npm run
// conformance -- truth`; `--only REGEX` selects images.
import { parseDriverOptions } from './score.ts';
import { requireSharedMaterial } from './shared-material.ts';
import { scoreTruth } from './truth-score.ts';

const scores = await scoreTruth(requireSharedMaterial(), parseDriverOptions().only);
for (const { name, packages, files, differences } of scores) {
  const verdict = differences.length === 0 ? 'equal ' : 'DIFFER';
  console.log(`${verdict} ${name.padEnd(24)} packages ${packages}, files ${files}`);
  for (const line of differences) {
    console.log(`       ${line}`);
  }
}
const equal = scores.filter(({ differences }) => differences.length === 0).length;
console.log(`${equal} of ${scores.length} images equal to an independent reading`);
process.exitCode = equal === scores.length && equal > 0 ? 0 : 1;
