import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DecidedWorld } from '../support/decided-image.ts';

const LEFT = {
  ecosystem: 'npm',
  name: 'left',
  ranges: [{ scheme: 'npm', constraint: '< 2', fix: '2' }],
};
const NOTE =
  'the sources disagree on the severity: github rates GHSA-1 as high; nvd rates CVE-2021-1 as critical';

function createRating(value: string) {
  return { severities: [{ scheme: 'CHMLN', value, rank: 1 }] };
}

test('merged records show the severity of the ecosystem and who disagrees, and gates use it', async () => {
  using world = new DecidedWorld();
  await world.addDatabase('db', {
    statements: [
      {
        ...LEFT,
        id: 'GHSA-1',
        provider: 'github',
        aliases: ['CVE-2021-1'],
        ...createRating('high'),
      },
      { ...LEFT, id: 'CVE-2021-1', provider: 'nvd', ...createRating('critical') },
    ],
  });
  const target = 'pkg:npm/left@1.0.0';
  const [json, html] = ['out.json', 'out.html'].map((name) => join(world.folder, name));
  assert.ok(json !== undefined && html !== undefined);
  const outputs = ['-o', 'table', '-o', `json=${json}`, '-o', `html=${html}`];
  const scan = await world.run('scan', target, '-q', '--fail-on', 'high', ...outputs);
  assert.equal(scan.status, 2);
  assert.equal((await world.run('scan', target, '-q', '--fail-on', 'critical')).status, 0);
  assert.match(scan.stdout, /^left .*GHSA-1 +High .*\(note\)/m);
  assert.ok(scan.stdout.includes(`Note on 1 finding: ${NOTE}.`));
  const { findings } = JSON.parse(readFileSync(json, 'utf8'));
  const [finding] = findings.findings;
  assert.deepEqual([finding.severity, finding.notes], ['high', [NOTE]]);
  const page = readFileSync(html, 'utf8');
  assert.match(page, /GHSA-1 <span class="flag">note<\/span>/);
  assert.ok(page.includes('The sources disagree on the severity: github rates GHSA-1 as high'));
  const why = await world.run('why', target, 'CVE-2021-1', '-q');
  assert.match(why.stdout, /^GHSA-1 \(CVE-2021-1\): high severity/);
  assert.ok(why.stdout.includes(NOTE));
});
