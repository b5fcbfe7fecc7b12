import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createPackage } from '../../../test/support/inventory.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import {
  getGroup,
  getHomepage,
  getSupplier,
  listHashes,
  parseOrganization,
  readAuthor,
} from './sbom-package.ts';

function withMetadata(value: Readonly<Record<string, unknown>>): InventoryPackage {
  return createPackage({ name: 'a', type: 'any', metadata: { kind: 'any', value } });
}

suite('common members of package records', () => {
  test('a maintainer with an address is a person', () => {
    assert.deepEqual(getSupplier(withMetadata({ maintainer: 'Ada L. <ada@example.org>' })), {
      name: 'Ada L.',
      email: 'ada@example.org',
      isPerson: true,
    });
  });

  test('a vendor is an organization and takes precedence over the packager', () => {
    assert.deepEqual(getSupplier(withMetadata({ vendor: 'Example', maintainer: 'Ada' })), {
      name: 'Example',
      isPerson: false,
    });
    assert.equal(getSupplier(withMetadata({ vendor: 7 })), undefined);
  });

  test('an invalid address is not published as one', () => {
    const party = getSupplier(withMetadata({ maintainer: 'Ada <ada at example>' }));
    assert.deepEqual(party, { name: 'Ada', isPerson: true });
    assert.equal(
      getSupplier(withMetadata({ maintainer: '<ada@example.org>' }))?.name,
      'ada@example.org',
    );
  });

  test('an author may have the address in a separate member', () => {
    assert.equal(
      readAuthor(withMetadata({ author: 'Ada', authorEmail: 'a@b.org' }))?.email,
      'a@b.org',
    );
    assert.equal(readAuthor(withMetadata({})), undefined);
  });

  test('reads complete hashes from integrity, checksum and digests', () => {
    const sha512 = Buffer.alloc(64, 1);
    assert.deepEqual(
      listHashes(
        withMetadata({
          integrity: `sha512-${sha512.toString('base64')} md5-AAAA nonsense`,
          checksum: 'AB'.repeat(32),
          digest: [{ algorithm: 'sha1', value: 'c'.repeat(40) }, { algorithm: 'sha1' }, 7],
        }),
      ),
      [
        { algorithm: 'sha1', digits: 'c'.repeat(40) },
        { algorithm: 'sha256', digits: 'ab'.repeat(32) },
        { algorithm: 'sha512', digits: sha512.toString('hex') },
      ],
    );
    assert.deepEqual(listHashes(withMetadata({ checksum: 'z'.repeat(64), digest: 'sha1' })), []);
  });

  test('only web URLs are home pages, with escaped blanks', () => {
    assert.equal(
      getHomepage(withMetadata({ url: 'http://example.org/a b' })),
      'http://example.org/a%20b',
    );
    assert.equal(getHomepage(withMetadata({ homepage: 'javascript:alert(1)' })), undefined);
  });

  test('an organization may have an address, and is not a person', () => {
    assert.deepEqual(parseOrganization('Example Ltd <sbom@example.org>'), {
      name: 'Example Ltd',
      email: 'sbom@example.org',
      isPerson: false,
    });
  });

  test('reads hashes by the name of their algorithm, and in the NuGet notation', () => {
    const sha512 = Buffer.alloc(64, 2);
    const metadata = { sha256: 'a'.repeat(64), md5: 'b', contentHash: sha512.toString('base64') };
    assert.deepEqual(
      listHashes(withMetadata(metadata)).map(({ algorithm }) => algorithm),
      ['sha256', 'sha512'],
    );
  });

  test('reads the group from the POM', () => {
    assert.equal(
      getGroup(withMetadata({ pomProperties: { groupId: 'org.example' } })),
      'org.example',
    );
    assert.equal(getGroup(withMetadata({ pomProperties: { groupId: 7 } })), '');
    assert.equal(getGroup(withMetadata({ pomProperties: null })), '');
  });
});
