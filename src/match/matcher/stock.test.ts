import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createDatabase, type StatementSeed } from '../../../test/support/advisory-database.ts';
import {
  createInventory,
  type InventorySeed,
  type PackageSeed,
} from '../../../test/support/inventory.ts';
import { matchPackages } from '../../../test/support/match.ts';

type Product = Readonly<Record<string, string>>;

function createStatement(product: Product, more: Partial<StatementSeed> = {}): StatementSeed {
  const ranges = [{ constraint: '< 2' }];
  return {
    id: 'CVE-1',
    provider: 'nvd',
    product: { vendor: 'v', product: 'p', ...product },
    ranges,
    ...more,
  };
}

function createPackage(type: string, target: string, language = ''): PackageSeed {
  return { name: 'p', type, language, cpes: [`cpe:2.3:a:v:p:1.0:*:*:*:*:${target}:*:*`] };
}

async function isFound(
  statement: StatementSeed,
  item: PackageSeed,
  more: Partial<InventorySeed> & { readonly isParity?: boolean } = {},
): Promise<boolean> {
  using database = await createDatabase({ statements: [statement] });
  const { isParity = false, ...rest } = more;
  const inventory = createInventory({ ...rest, packages: [item] });
  return matchPackages(inventory, database, { isParity }).findings.length > 0;
}

suite('a product for a certain environment only matches packages of that environment', () => {
  const CASES = [
    ['of any target is a binary', {}, createPackage('binary', '*'), true],
    [
      'of one target may be a binary of any',
      { target_software: 'wordpress' },
      createPackage('binary', '*'),
      true,
    ],
    [
      'of another target than a binary is not it',
      { target_software: 'wordpress' },
      createPackage('binary', 'drupal'),
      false,
    ],
    [
      'of another product is not a package',
      { vendor: 'other' },
      createPackage('binary', '*'),
      false,
    ],
    [
      'of the same target is the package',
      { target_software: 'drupal' },
      createPackage('php', 'drupal'),
      true,
    ],
    [
      'of the package type is the package',
      { target_software: 'luarocks' },
      createPackage('lua-rocks', '*'),
      true,
    ],
    [
      'of the language is the package',
      { target_software: 'composer' },
      createPackage('php-pear', '*', 'php'),
      true,
    ],
    [
      'of another language is not it',
      { target_software: 'python' },
      createPackage('php-pear', '*', 'php'),
      false,
    ],
    [
      'of a content management system is not it',
      { target_software: 'joomla' },
      createPackage('swift', '*', 'swift'),
      false,
    ],
    [
      'of an environment that is no language may be it',
      { target_software: 'android' },
      createPackage('swift', '*', 'swift'),
      true,
    ],
    [
      'of no target may be any package',
      { target_software: '-' },
      createPackage('swift', '*', 'swift'),
      true,
    ],
  ] as const;
  for (const [title, product, item, expected] of CASES) {
    test(title, async () => {
      assert.equal(await isFound(createStatement(product), item), expected);
    });
  }
});

suite('a statement for a platform', () => {
  const on = (cpe: string): StatementSeed =>
    createStatement({}, { qualifiers: { platform_cpes: [cpe] } });
  const WINDOWS = 'cpe:2.3:o:microsoft:windows_10:-:*:*:*:*:*:*:*';
  const UBUNTU = 'cpe:2.3:o:canonical:ubuntu_linux:22.04:*:*:*:*:*:*:*';
  const item = createPackage('binary', '*');
  const alpine = { distro: { id: 'alpine', versionId: '3' } };

  test('for Windows does not apply to Linux', async () => {
    assert.equal(await isFound(on(WINDOWS), item, alpine), false);
  });

  test('may apply if the operating system is unknown', async () => {
    assert.equal(await isFound(on(WINDOWS), item), true);
  });

  test('applies with the Grype strategy to a distribution that Grype does not know', async () => {
    const unlisted = { distro: { id: 'homemade', idLike: ['other'] } };
    assert.equal(await isFound(on(WINDOWS), item, unlisted), false);
    assert.equal(await isFound(on(WINDOWS), item, { ...unlisted, isParity: true }), true);
  });

  test('for one distribution only applies to that distribution', async () => {
    assert.equal(await isFound(on(UBUNTU), item, { distro: { id: 'ubuntu' } }), true);
    assert.equal(await isFound(on(UBUNTU), item, alpine), false);
  });

  test('for a plug-in never applies, one for an undetectable platform does', async () => {
    assert.equal(await isFound(on('cpe:2.3:a:wordpress:wordpress:-:*:*:*:*:*:*:*'), item), false);
    assert.equal(await isFound(on('cpe:2.3:h:cisco:router:-:*:*:*:*:*:*:*'), item, alpine), true);
    assert.equal(await isFound(on('not a cpe'), item, alpine), true);
  });
});

suite('a package of any type', () => {
  test('is also found by its name', async () => {
    const statement = {
      id: 'X-1',
      provider: 'x',
      ecosystem: 'lua-rocks',
      name: 'P',
      ranges: [{ constraint: '< 2' }],
    };
    assert.equal(await isFound(statement, { name: 'p', type: 'lua-rocks' }), true);
  });

  test('is not found by a CPE without a product', async () => {
    const item = { name: 'p', type: 'binary', cpes: ['cpe:2.3:a:v:*:1.0:*:*:*:*:*:*:*'] };
    assert.equal(await isFound(createStatement({}), item), false);
  });

  test('is not found if neither CPE nor package has a version', async () => {
    const item = {
      name: 'p',
      type: 'binary',
      version: 'unknown',
      cpes: ['cpe:2.3:a:v:p:*:*:*:*:*:*:*:*'],
    };
    assert.equal(await isFound(createStatement({}), item), false);
  });

  test('does not match a rejected statement', async () => {
    assert.equal(
      await isFound(createStatement({}, { status: 'rejected' }), createPackage('binary', '*')),
      false,
    );
  });

  test('matches statements about Root.io rebuilds if Root.io rebuilt it', async () => {
    const common = { provider: 'x', ecosystem: 'npm', ranges: [{ constraint: '< 2' }] };
    const statement = { ...common, id: 'X-1', name: '@rootio/p', qualifiers: { rootio: true } };
    assert.equal(
      await isFound(statement, { name: '@rootio/p', type: 'npm', version: '1.0.0' }),
      true,
    );
    const plain = { ...statement, name: 'p' };
    assert.equal(await isFound(plain, { name: 'p', type: 'npm', version: '1.0.0' }), false);
  });
});

test('statements about a package are found by the product that the package is known as', async () => {
  const statement = createStatement({}, { ecosystem: 'java-archive', name: 'org.v:p' });
  const item = createPackage('binary', '*');
  assert.equal(await isFound(statement, item), true);
  assert.equal(await isFound(statement, item, { isParity: true }), false);
});
