import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createDatabase } from '../../test/support/advisory-database.ts';
import { createInventory } from '../../test/support/inventory.ts';
import { matchPackages } from '../../test/support/match.ts';
import type { PackageSymbols } from '../core/package.ts';
import { toPlainName } from './symbol-evidence.ts';

const NET: readonly PackageSymbols[] = [
  { path: 'example.org/net/html', symbols: ['(*Tokenizer[go.shape.[]uint8]).Next-fm', 'Parse'] },
  { path: 'example.org/net/http', symbols: [] },
];

async function match(
  imports: readonly object[],
  symbols: readonly PackageSymbols[] | undefined,
  isParity = false,
) {
  using database = await createDatabase({
    statements: [
      {
        id: 'GO-2026-1',
        provider: 'govulndb',
        ecosystem: 'go-module',
        name: 'example.org/net',
        ranges: [{ scheme: 'go', constraint: '< 2.0.0' }],
        qualifiers: { go_imports: imports },
      },
    ],
  });
  const item = { name: 'example.org/net', type: 'go-module', version: 'v1.0.0' };
  const inventory = createInventory({
    packages: [symbols === undefined ? item : { ...item, symbols }],
  });
  const { findings, ignored } = matchPackages(inventory, database, { isParity });
  const shown = [
    ...findings.map((finding) => ({ rule: 'none', finding })),
    ...ignored.map(({ rule, finding }) => ({ rule, finding })),
  ];
  return shown.map(({ rule, finding }) => ({
    rule,
    symbols: finding.matches[0]?.reasons[0]?.symbols,
  }));
}

suite('a statement about functions', () => {
  test('matches if the executable contains one of them, and the reason names it', async () => {
    const imports = [{ path: 'example.org/net/html', symbols: ['Render', 'Tokenizer.Next'] }];
    assert.deepEqual(await match(imports, NET), [
      {
        rule: 'none',
        symbols: {
          searched: ['example.org/net/html.Render', 'example.org/net/html.Tokenizer.Next'],
          found: ['example.org/net/html.Tokenizer.Next'],
        },
      },
    ]);
  });

  test('is ignored if the executable contains none of them, with the searched names', async () => {
    const imports = [
      { path: 'example.org/net/html', symbols: ['Render'] },
      { path: 'example.org/net/idna' },
    ];
    assert.deepEqual(await match(imports, NET), [
      {
        rule: 'functions-not-in-executable',
        symbols: {
          searched: ['example.org/net/html.Render', 'example.org/net/idna'],
          found: [],
        },
      },
    ]);
    assert.deepEqual(await match(imports, NET, true), [], 'Grype leaves it out');
  });

  test('matches the whole source package if the executable contains it', async () => {
    const [found] = await match([{ path: 'example.org/net/http', symbols: [] }], NET);
    assert.equal(found?.rule, 'none');
    assert.deepEqual(found?.symbols?.found, ['example.org/net/http']);
  });

  test('matches the module if the executable has no symbols', async () => {
    const imports = [{ path: 'example.org/net/html', symbols: ['Render'] }];
    const whole = [{ rule: 'none', symbols: undefined }];
    assert.deepEqual(await match(imports, undefined), whole);
    assert.deepEqual(await match(imports, []), whole);
    assert.deepEqual(await match([], NET), whole);
  });
});

suite('a statement without functions about a vulnerability of another source', () => {
  const SEARCHED = [{ path: 'example.org/net/html', symbols: ['Render'] }];
  const FOUND = [{ path: 'example.org/net/html', symbols: ['Parse'] }];

  /** Matches a statement of GitHub beside statements of other sources, with their functions. */
  async function matchAlias(
    others: readonly (readonly [provider: string, imports: readonly object[], id?: string])[],
    isParity = false,
  ): Promise<readonly string[]> {
    const base = {
      ecosystem: 'go-module',
      name: 'example.org/net',
      ranges: [{ scheme: 'go', constraint: '< 2.0.0' }],
    };
    using database = await createDatabase({
      statements: [
        { ...base, id: 'GHSA-1', provider: 'github', aliases: ['CVE-2026-1'] },
        ...others.map(([provider, imports, alias = 'CVE-2026-1'], index) => ({
          ...base,
          id: `GO-2026-${index}`,
          provider,
          aliases: [alias],
          ...(imports.length === 0 ? {} : { qualifiers: { go_imports: imports } }),
        })),
      ],
    });
    const item = { name: 'example.org/net', type: 'go-module', version: 'v1.0.0', symbols: NET };
    const { findings } = matchPackages(createInventory({ packages: [item] }), database, {
      isParity,
    });
    return findings.map(({ id }) => id);
  }

  test('is ignored if the executable contains none of its functions', async () => {
    assert.deepEqual(await matchAlias([['govulndb', SEARCHED]]), []);
    assert.deepEqual(await matchAlias([['govulndb', SEARCHED]], true), ['GHSA-1']);
  });

  test('matches if the executable contains one of them', async () => {
    const found = await matchAlias([
      ['govulndb', SEARCHED],
      ['govulndb', FOUND],
    ]);
    assert.ok(found.length > 0);
  });

  test('matches if the functions are those of another vulnerability', async () => {
    assert.deepEqual(await matchAlias([['govulndb', SEARCHED, 'CVE-2026-2']]), ['GHSA-1']);
  });

  test('matches if the other source also states the whole package as affected', async () => {
    const found = await matchAlias([
      ['govulndb', SEARCHED],
      ['govulndb', []],
    ]);
    assert.ok(found.length > 0);
  });
});

test('formats a name like the Go vulnerability database', () => {
  const names: readonly (readonly [string, string])[] = [
    ['Parse', 'Parse'],
    ['(*Decoder).Decode', 'Decoder.Decode'],
    ['Decoder.Decode', 'Decoder.Decode'],
    ['(*List[go.shape.int]).Push', 'List.Push'],
    ['Map[go.shape.map[string]int,go.shape.[]uint8]', 'Map'],
    ['(*Server).Serve-fm', 'Server.Serve'],
    ['Odd[name', 'Odd'],
  ];
  for (const [symbol, plain] of names) {
    assert.equal(toPlainName(symbol), plain, symbol);
  }
});
