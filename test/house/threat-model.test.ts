import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../tools/source-tree.ts';

const PAGE = readFileSync(join(ROOT, 'docs', 'threat-model.md'), 'utf8');
/** Rows of the tables about attackers: what they can do, what they cannot, and the proof. */
const CLAIM = /^\|([^|]+)\|([^|]+)\|([^|]+)\|$/;
const PROOF = /^ `([\w./-]+\.ts)` \*(.+)\* $/;

function isTitle(path: string, title: string): boolean {
  const file = join(ROOT, path);
  const source = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return ['test', 'it'].some((word) => source.includes(`${word}('${title}'`));
}

test('every claim of the threat model names a test that exists', () => {
  const claims = PAGE.split('\n')
    .map((line) => CLAIM.exec(line)?.[3] ?? '')
    .filter((proof) => !/^(?:| proof |-+)$/.test(proof));
  assert.ok(claims.length >= 30);
  for (const proof of claims) {
    const [, path = '', title = ''] = PROOF.exec(proof) ?? [];
    assert.ok(isTitle(path, title), proof);
  }
  assert.equal(isTitle('docs/threat-model.md', 'nothing'), false);
  assert.equal(isTitle('test/house/threat-model.test.ts', 'another title'), false);
});

test('every attacker of the model has claims', () => {
  const sections = PAGE.split(/^## /m).slice(2);
  const attackers = sections.filter((section) => section.includes('| can | cannot | proof |'));
  assert.deepEqual(
    attackers.map((section) => section.slice(0, section.indexOf('\n'))),
    [
      'The author of an image',
      'A registry',
      'A mirror of the advisory database',
      'The author of a repository',
      'The author of an SBOM',
      'The author of a VEX document',
      'Another tenant of a server',
      'Another user of the machine',
    ],
  );
});
