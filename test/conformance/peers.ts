// Runs our catalogers on the test data of other scanners and compares with the expectations of
// their tests: `npm run conformance -- peers`, with PLIMSOLL_PEER_TRIVY and PLIMSOLL_PEER_SCALIBR
// naming checkouts outside of this one. `--only REGEX` selects groups, `--extra` also prints our
// additional packages. Fails if a package is not found and `peer-differences.json` does not explain
// it, and if a part of that list explains nothing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type FixtureScore,
  findFaults,
  getEcosystem,
  PEERS,
  type PeerScore,
  readDifferences,
  scorePeer,
} from './peer-score.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    extra: { type: 'boolean', default: false },
  },
});
const differences = readDifferences(
  readFileSync(join(import.meta.dirname, 'peer-differences.json'), 'utf8'),
);
let checkouts = 0;
let faults = 0;
for (const peer of PEERS) {
  const checkout = process.env[peer.variable];
  if (checkout === undefined || checkout === '') {
    console.log(`${peer.id}: skipped, ${peer.variable} names no checkout`);
    continue;
  }
  checkouts++;
  const score = await scorePeer(peer, checkout, differences, new RegExp(values.only));
  // Groups that were not selected may need the remaining reasons.
  const isPartial = values.only !== '';
  faults += print(peer.id, isPartial ? { ...score, unusedDifferences: [] } : score);
}
process.exitCode = checkouts > 0 && faults === 0 ? 0 : 1;

/** Prints one line for each ecosystem, then the faults; returns their number. */
function print(peer: string, score: PeerScore): number {
  const { fixtures, unreadFiles, absent } = score;
  const byEcosystem = Map.groupBy(fixtures, ({ group }) => getEcosystem(group));
  console.log(`\n${peer}: ${fixtures.length} fixtures; ${unreadFiles} further files without`);
  for (const [ecosystem, scores] of byEcosystem) {
    console.log(`  ${formatScores(ecosystem, scores)}`);
    for (const { path, extra } of values.extra ? scores : []) {
      for (const each of extra) {
        console.log(`    extra ${path}: ${each}`);
      }
    }
  }
  console.log(`  ${formatScores('all', fixtures)}`);
  for (const { group, path, expected } of absent) {
    console.log(`  not in this checkout, ${expected} expected: ${group}/${path}`);
  }
  const found = findFaults(score);
  for (const fault of found) {
    console.log(`  ${fault}`);
  }
  return found.length;
}

function formatScores(title: string, scores: readonly FixtureScore[]): string {
  const counts = [
    `${sumScores(scores, ({ found }) => found)} / ${sumScores(scores, ({ expected }) => expected)} found`,
    `${sumScores(scores, ({ listed }) => listed)} listed`,
    `${sumScores(scores, ({ missing }) => missing.length)} missed`,
    `${sumScores(scores, ({ extra }) => extra.length)} more`,
    `${scores.length} fixtures`,
  ];
  return `${title.padEnd(36)} ${counts.join(', ')}`;
}

function sumScores(
  scores: readonly FixtureScore[],
  countOf: (score: FixtureScore) => number,
): number {
  return scores.reduce((sum, score) => sum + countOf(score), 0);
}
