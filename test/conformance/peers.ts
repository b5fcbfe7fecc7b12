// Runs our catalogers on the test data of other scanners and compares with what their own tests
// expect: `npm run conformance:peers`, with PLIMSOLL_PEER_TRIVY and PLIMSOLL_PEER_SCALIBR naming
// checkouts outside of this one. `--only REGEX` picks groups, `--extra` also prints what we find
// beyond. Fails where something is not found that the list beside it does not explain.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  ecosystemOf,
  type FixtureScore,
  PEERS,
  type PeerDifference,
  type PeerScore,
  scorePeer,
} from './peer-score.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    extra: { type: 'boolean', default: false },
  },
});
const differences: readonly PeerDifference[] = JSON.parse(
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
  faults += print(peer.id, await scorePeer(peer, checkout, differences, new RegExp(values.only)));
}
process.exitCode = checkouts > 0 && faults === 0 ? 0 : 1;

/** Prints one line for each ecosystem and the misses below it; gives the number of misses. */
function print(peer: string, score: PeerScore): number {
  const { fixtures, unreadFiles, absent, unusedDifferences } = score;
  const byEcosystem = Map.groupBy(fixtures, ({ group }) => ecosystemOf(group));
  console.log(`\n${peer}: ${fixtures.length} fixtures; ${unreadFiles} further files without`);
  for (const [ecosystem, scores] of byEcosystem) {
    console.log(`  ${lineOf(ecosystem, scores)}`);
    for (const { path, missing, extra } of scores) {
      for (const each of missing) {
        console.log(`    MISSED ${path}: ${each}`);
      }
      for (const each of values.extra ? extra : []) {
        console.log(`    extra ${path}: ${each}`);
      }
    }
  }
  console.log(`  ${lineOf('all', fixtures)}`);
  for (const { group, path, expected } of absent) {
    console.log(`  not in this checkout, ${expected} expected: ${group}/${path}`);
  }
  for (const difference of values.only === '' ? unusedDifferences : []) {
    console.log(`  UNUSED ${JSON.stringify(difference)}`);
  }
  return sumOf(fixtures, ({ missing }) => missing.length);
}

function lineOf(title: string, scores: readonly FixtureScore[]): string {
  const counts = [
    `${sumOf(scores, ({ found }) => found)} / ${sumOf(scores, ({ expected }) => expected)} found`,
    `${sumOf(scores, ({ listed }) => listed)} listed`,
    `${sumOf(scores, ({ missing }) => missing.length)} missed`,
    `${sumOf(scores, ({ extra }) => extra.length)} more`,
    `${scores.length} fixtures`,
  ];
  return `${title.padEnd(36)} ${counts.join(', ')}`;
}

function sumOf(scores: readonly FixtureScore[], countOf: (score: FixtureScore) => number): number {
  return scores.reduce((sum, score) => sum + countOf(score), 0);
}
