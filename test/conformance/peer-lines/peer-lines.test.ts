import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PROGRAM } from '../../support/run-program.ts';
import { importRecordedDatabase } from '../recorded-database.ts';
import { withFolder } from '../score.ts';
import { findSharedMaterial, SKIP_REASON } from '../shared-material.ts';
import { PEER_LINES } from './lines.data.ts';
import {
  createInputs,
  type LinePrograms,
  listLineDifferences,
  readRecorded,
  runLine,
  toOutcome,
} from './run-lines.ts';

interface ListedDifference {
  readonly line: string;
  /** `status`, or an output and the kind of its facts. */
  readonly part: string;
  readonly reason: string;
}

const NOW = '2026-11-24T23:23:36Z';
const shared = findSharedMaterial();
const skip = shared === undefined ? SKIP_REASON : false;

function readDifferences(): readonly ListedDifference[] {
  return JSON.parse(readFileSync(new URL('./differences.json', import.meta.url), 'utf8'));
}

/** Returns the parts of all outcomes that differ from the recorded ones, as `LINE: PART`. */
async function compareLines(): Promise<string[]> {
  return await withFolder(async (folder) => {
    const inputs = createInputs(shared ?? '', folder);
    const programs: LinePrograms = {
      environment: {
        HOME: folder,
        NO_COLOR: '1',
        PLIMSOLL_DB: await importRecordedDatabase(shared ?? '', folder, NOW),
        GRYPE_DB_AUTO_UPDATE: 'false',
        GRYPE_DB_VALIDATE_AGE: 'false',
      },
      resolve: (program) => [process.execPath, PROGRAM, program],
    };
    const recorded = readRecorded();
    return PEER_LINES.flatMap((line) => {
      const facts = runLine(line, inputs, programs);
      const expected = recorded[line.id] ?? assert.fail(`${line.id} is not recorded`);
      const parts = listLineDifferences(expected, toOutcome(facts));
      if (process.env['PLIMSOLL_SHOW_LINE'] === line.id) {
        console.log(JSON.stringify(facts, undefined, 1));
      }
      return parts.map((part) => `${line.id}: ${part}`);
    });
  });
}

test('command lines of users of Syft and Grype have the recorded outcomes', { skip }, async () => {
  const listed = readDifferences();
  assert.ok(listed.every(({ reason }) => reason.length > 20));
  const differing = await compareLines();
  // Both an unlisted difference and an unused entry of the list fail.
  assert.deepEqual(
    differing.toSorted(),
    listed.map(({ line, part }) => `${line}: ${part}`).toSorted(),
  );
});

test('the lines come from at least forty public places, each line once', () => {
  assert.ok(PEER_LINES.length >= 40);
  assert.equal(new Set(PEER_LINES.map(({ run }) => run)).size, PEER_LINES.length);
  assert.equal(new Set(PEER_LINES.map(({ id }) => id)).size, PEER_LINES.length);
  assert.deepEqual(
    Object.keys(readRecorded()),
    PEER_LINES.map(({ id }) => id),
  );
});
