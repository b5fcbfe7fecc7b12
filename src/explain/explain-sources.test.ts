import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDatabase, type StatementSeed } from '../../test/support/advisory-database.ts';
import { createInventory } from '../../test/support/inventory.ts';
import { matchPackages } from '../../test/support/match.ts';
import { explainFindings } from './explain-finding.ts';
import { explainSources } from './explain-sources.ts';
import { formatFinding } from './explanation-text.ts';

function createStatement(id: string, provider: string, constraint: string): StatementSeed {
  const ranges = [{ scheme: 'semver', constraint, fix: constraint.slice('< '.length) }];
  const aliases = id.startsWith('CVE-') ? [] : ['CVE-2021-1'];
  return { id, provider, ecosystem: 'npm', name: 'left', aliases, ranges };
}

test('lists the answers of all sources that were compared', async () => {
  const inventory = createInventory({
    packages: [{ name: 'left', type: 'npm', version: '1.5.0' }],
  });
  using database = await createDatabase({
    statements: [
      createStatement('GHSA-1', 'github', '< 2.0.0'),
      createStatement('CVE-2021-1', 'cve', '< 1.2.0'),
      createStatement('CVE-2021-2', 'cve', '< 9.0.0'),
    ],
  });
  const findings = matchPackages(inventory, database, {});
  const found = explainFindings({ id: 'GHSA-1' }, inventory, findings);
  const [answer] = explainSources(found, { inventory, database, options: {} });
  assert.deepEqual(
    answer?.sources?.map(({ source, affected, verdict }) => [source, affected, verdict]),
    [
      ['cve', '< 1.2.0', 'not-affected'],
      ['github', '< 2.0.0', 'affected'],
    ],
  );
  const text = formatFinding(answer).join('\n');
  assert.match(
    text,
    /Sources {8}cve: fixed, fix 1\.2\.0, severity unknown\n +affected: < 1\.2\.0\n +does not include the installed version\n +github: fixed, fix 2\.0\.0/,
  );
  assert.match(
    text,
    /Disagreement {3}range +cve: < 1\.2\.0; github: < 2\.0\.0\n +fix +cve: 1\.2\.0; github: 2\.0\.0\n/,
  );
});
