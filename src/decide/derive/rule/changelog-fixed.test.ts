import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deriveConclusion } from '../../../../test/support/derivation.ts';
import type { ChangelogFix } from '../../../core/package.ts';
import { changelogFixed } from './changelog-fixed.ts';

const FIX: ChangelogFix = {
  id: 'CVE-2023-43804',
  version: '1.26.12-1+deb12u1',
  path: '/usr/share/doc/python3-urllib3/changelog.Debian.gz',
  line: 3,
  sha256: 'a'.repeat(64),
  isRecorded: true,
};

interface Scene {
  readonly fixes?: readonly ChangelogFix[];
  readonly ids?: readonly string[];
  readonly language?: string;
  readonly ownerLanguage?: string;
  readonly isOwned?: boolean;
}

function derive({
  fixes = [FIX],
  ids = ['PYSEC-2023-192', 'CVE-2023-43804'],
  language = 'python',
  ownerLanguage = '',
  isOwned = true,
}: Scene = {}) {
  const [id = '', ...aliases] = ids;
  const owner = { key: 'owner', name: 'python3-urllib3', type: 'deb', language: ownerLanguage };
  return deriveConclusion(changelogFixed, {
    package: { key: 'part', name: 'urllib3', type: 'python', language },
    others: [{ ...owner, changelogFixes: fixes }],
    finding: { id, aliases },
    inventory: {
      relationships: isOwned
        ? [{ kind: 'owns-package', from: 'owner', to: 'part', paths: ['/x'] }]
        : [],
    },
  });
}

suite('derived: the changelog of the owner lists the fix', () => {
  test('is proven by a changelog that the package database lists with its digest', () => {
    const found = derive();
    assert.deepEqual([found?.effect, found?.status], ['set-aside', 'fixed']);
    assert.match(
      found?.reason ?? '',
      /python3-urllib3 names the fix: CVE-2023-43804 in .*line 3\)/,
    );
    assert.deepEqual(
      found?.inputs.filter(({ kind }) => kind === 'file'),
      [{ kind: 'file', path: FIX.path, sha256: FIX.sha256 }],
    );
  });

  test('is only suggested by a changelog that anybody may have written', () => {
    const found = derive({ fixes: [{ ...FIX, isRecorded: false }] });
    assert.equal(found?.effect, 'suggestion');
    assert.match(found.reason, /no package lists this changelog with its digest/);
  });

  test('requires each CVE of a statement about several', () => {
    const ids = ['GHSA-aaaa-bbbb-cccc', 'CVE-2023-43804', 'CVE-2023-45803'];
    assert.equal(derive({ ids }), undefined);
    const second = { ...FIX, id: 'CVE-2023-45803' };
    assert.equal(derive({ ids, fixes: [FIX, second] })?.effect, 'set-aside');
    const unproven = { ...second, isRecorded: false };
    assert.equal(derive({ ids, fixes: [FIX, unproven] })?.effect, 'suggestion');
  });

  test('concludes nothing for other vulnerabilities and for packages without an owner', () => {
    assert.equal(derive({ ids: ['CVE-2023-1'] }), undefined);
    assert.equal(derive({ fixes: [] }), undefined);
    assert.equal(derive({ isOwned: false }), undefined);
  });

  test('concludes nothing for operating-system packages or from language packages', () => {
    assert.equal(derive({ language: '' }), undefined);
    assert.equal(derive({ ownerLanguage: 'python' }), undefined);
  });
});
