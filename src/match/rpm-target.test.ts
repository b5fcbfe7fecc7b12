import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDatabase } from '../../test/support/advisory-database.ts';
import { assertGolden } from '../../test/support/golden.ts';
import { createInventory } from '../../test/support/inventory.ts';
import { matchPackages } from '../../test/support/match.ts';
import { createRpmDatabase, RPM_TARGETS } from '../../test/support/rpm-target.ts';
import type { AdvisoryDatabase } from '../core/advisory.ts';
import type { Finding, Findings } from '../core/finding.ts';

/** Minimum number of matches for a meaningful comparison. */
const MATCHES_MIN = 50;

function formatFinding({
  packageKey,
  id,
  fixState,
  fixVersions,
  notes = [],
  matches,
}: Finding): string {
  const reasons = matches.flatMap((match) =>
    match.reasons.map(({ kind, searchedName, searchedVersion, range }) =>
      [kind, searchedName, searchedVersion, range].join(' '),
    ),
  );
  const fix = [fixState, ...fixVersions].join(' ');
  return [`  ${packageKey} ${id} ${fix} <- ${reasons.join('; ')}`, ...notes].join('; ');
}

function formatFindings({ findings, ignored }: Findings): string[] {
  return [
    ...findings.map(formatFinding),
    ...ignored.map(({ finding, rule }) => `${formatFinding(finding)} [${rule}]`),
  ];
}

function formatAnswers(database: AdvisoryDatabase, isParity: boolean): string {
  const lines = RPM_TARGETS.flatMap((target) => [
    target.name,
    ...formatFindings(matchPackages(createInventory(target), database, { isParity })),
  ]);
  return `${lines.join('\n')}\n`;
}

test('epochs, modules, channels, architectures and errata of rpm systems match the recorded results', async () => {
  using database = await createDatabase(createRpmDatabase());
  const [first] = RPM_TARGETS;
  const findings = first && matchPackages(createInventory(first), database, { isParity: true });
  assert.ok((findings?.findings.length ?? 0) >= MATCHES_MIN);
  assertGolden(new URL('./golden/rpm-target.txt', import.meta.url), formatAnswers(database, false));
  assertGolden(
    new URL('./golden/rpm-target-parity.txt', import.meta.url),
    formatAnswers(database, true),
  );
});
