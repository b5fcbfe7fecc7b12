// Compares our packages and edges with the output of native tools for the same locks: `npm run
// conformance -- native`. `--only REGEX` selects projects, `--answers DIR` reads answers from another
// directory, `--program FILE` runs another build of plimsoll, `--verbose` lists differences.
import { parseArgs } from 'node:util';
import { ANSWERS, readAnswers } from './native/answer.ts';
import { readDifferences, scoreNative } from './native/score-native.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    answers: { type: 'string', default: ANSWERS },
    program: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const listed = readDifferences();
const only = new RegExp(values.only);
let unlisted = 0;
for (const answer of readAnswers(values.answers).filter(({ name }) => only.test(name))) {
  const score = await scoreNative(answer, listed, values.program);
  const { missing, invented } = score.counts;
  console.log(
    `${score.name.padEnd(24)} packages ${score.packages}, missing ${missing}, invented ${invented}; ` +
      `edges ${score.edges}, missing ${score.counts['edge-missing']}, ` +
      `invented ${score.counts['edge-invented']}; not listed ${score.unlisted.length}`,
  );
  for (const line of values.verbose ? score.unlisted : []) {
    console.log(`    ${line}`);
  }
  unlisted += score.unlisted.length;
}
process.exitCode = unlisted === 0 ? 0 : 1;
