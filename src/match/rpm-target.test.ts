import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databaseOf } from '../../test/support/advisory-database.ts';
import { assertGolden } from '../../test/support/golden.ts';
import { inventoryOf } from '../../test/support/inventory.ts';
import { matchAs } from '../../test/support/match.ts';
import { RPM_TARGETS, rpmDatabase } from '../../test/support/rpm-target.ts';
import type { AdvisoryDatabase } from '../core/advisory.ts';
import type { Finding, Findings } from '../core/finding.ts';

/** Minimum number of matches for a meaningful comparison. */
const MATCHES_MIN = 50;

function lineOf({ packageKey, id, fixState, fixVersions, notes = [], matches }: Finding): string {
  const reasons = matches.flatMap((match) =>
    match.reasons.map(({ kind, searchedName, searchedVersion, range }) =>
      [kind, searchedName, searchedVersion, range].join(' '),
    ),
  );
  const fix = [fixState, ...fixVersions].join(' ');
  return [`  ${packageKey} ${id} ${fix} <- ${reasons.join('; ')}`, ...notes].join('; ');
}

function textOf({ findings, ignored }: Findings): string[] {
  return [
    ...findings.map(lineOf),
    ...ignored.map(({ finding, rule }) => `${lineOf(finding)} [${rule}]`),
  ];
}

function answers(database: AdvisoryDatabase, isParity: boolean): string {
  const lines = RPM_TARGETS.flatMap((target) => [
    target.name,
    ...textOf(matchAs(inventoryOf(target), database, { isParity })),
  ]);
  return `${lines.join('\n')}\n`;
}

test('epochs, modules, channels, architectures and errata of rpm systems match the recorded results', async () => {
  using database = await databaseOf(rpmDatabase());
  const [first] = RPM_TARGETS;
  const findings = first && matchAs(inventoryOf(first), database, { isParity: true });
  assert.ok((findings?.findings.length ?? 0) >= MATCHES_MIN);
  assertGolden(new URL('./golden/rpm-target.txt', import.meta.url), answers(database, false));
  assertGolden(new URL('./golden/rpm-target-parity.txt', import.meta.url), answers(database, true));
});
