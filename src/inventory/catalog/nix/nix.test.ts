import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { nix } from './nix.ts';

const STORE = '/nix/store';
const FOO = `${STORE}/ifzypdv8am4vmb42cpxccmscg9c3bgrk-foo-bar-2.34-210`;
const LIBZ = `${STORE}/z9mi8m21xyif1kkiniavlbizf70kzcnn-libz-1.2.13`;
const LIBZ_DEV = `${STORE}/0bwg9cwk15k880j9zfmril6dc2z2yzz7-libz-1.2.13-dev`;
const FOO_DRV = `${STORE}/imny6g895d3503y6s1bj1yi58dk6riqa-foo-bar-2.34-210.drv`;
const LIBZ_DRV = `${STORE}/xqzlhshg68x4wxl5kjcw9pi2jlgsy88z-libz-1.2.13.drv`;
const SOURCE = `${STORE}/jdxxs7pybfz61dbqm64hmvwr1anryrc7-src.txt`;
const HOOK = `${STORE}/mjm0ih2p9swvicz2s22bq111ywcfnqp2-setup-hook`;

/** As written by Nix. */
const DERIVATIONS = {
  [LIBZ_DRV]: `Derive([("dev","${LIBZ_DEV}","",""),("out","${LIBZ}","","")],[],[],"x86_64-linux","/bin/sh",["-c","echo \\"lib\\" > $out"],[("name","libz-1.2.13")])`,
  [FOO_DRV]: `Derive([("out","${FOO}","","")],[("${LIBZ_DRV}",["out"])],["${SOURCE}"],"x86_64-linux","/bin/sh",[],[])`,
};

/** The used tables of schema 10. */
function createDatabase(): Uint8Array {
  const db = new DatabaseSync(':memory:');
  db.exec(`
    CREATE TABLE ValidPaths (id integer primary key autoincrement not null, path text unique not null,
      hash text not null, registrationTime integer not null, deriver text, narSize integer,
      ultimate integer, sigs text, ca text);
    CREATE TABLE Refs (referrer integer not null, reference integer not null,
      primary key (referrer, reference));
    CREATE TABLE DerivationOutputs (drv integer not null, id text not null, path text not null,
      primary key (drv, id));
  `);
  const add = db.prepare(
    'INSERT INTO ValidPaths (id, path, hash, registrationTime, deriver) VALUES (?, ?, ?, 1, ?)',
  );
  const paths: readonly (readonly [number, string, string | null])[] = [
    [3, FOO, FOO_DRV],
    [7, LIBZ, LIBZ_DRV],
    [8, FOO_DRV, null],
    [9, HOOK, null],
  ];
  for (const [id, path, deriver] of paths) {
    add.run(id, path, `sha256:${id}`, deriver);
  }
  db.exec('INSERT INTO Refs VALUES (3, 7), (3, 3), (3, 9), (7, 999)');
  db.exec(`INSERT INTO DerivationOutputs VALUES (8, 'out', '${FOO}')`);
  return db.serialize();
}

suite('a Nix store', () => {
  test('has the packages of its database', () => {
    const { packages, edges, problems } = catalogFiles(nix, {
      '/nix/var/nix/db/db.sqlite': createDatabase(),
      [FOO_DRV]: DERIVATIONS[FOO_DRV] ?? '',
      [`${FOO}/bin/foo`]: 'x',
      [`${LIBZ_DEV}/include/z.h`]: 'x',
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(edges, ['libz 1.2.13 > foo-bar 2.34-210']);
    assert.equal(packages.length, 2);
    const [foo, libz] = packages;
    assert.equal(
      foo?.purl,
      `pkg:nix/foo-bar@2.34-210?drvpath=imny6g895d3503y6s1bj1yi58dk6riqa-foo-bar-2.34-210.drv&output=out&outputhash=sha256%3A3`,
    );
    assert.deepEqual(
      foo.locations.map(({ path, evidence }) => `${path} ${evidence}`),
      ['/nix/var/nix/db/db.sqlite primary', `${FOO} supporting`, `${FOO_DRV} supporting`],
    );
    assert.deepEqual(foo.otherOwnedFiles, [{ path: `${FOO}/bin/foo` }]);
    assert.deepEqual(foo.metadata?.value, {
      path: FOO,
      output: 'out',
      outputHash: 'sha256:3',
      derivation: {
        path: FOO_DRV,
        system: 'x86_64-linux',
        inputDerivations: [{ path: LIBZ_DRV, outputs: ['out'] }],
        inputSources: [SOURCE],
      },
    });
    assert.deepEqual(
      libz?.locations.map(({ path }) => path),
      ['/nix/var/nix/db/db.sqlite'],
    );
  });

  test('without a database has packages by their names, in any root', () => {
    for (const root of ['', '/mnt']) {
      const at = (files: Readonly<Record<string, string>>) =>
        Object.fromEntries(Object.entries(files).map(([path, text]) => [root + path, text]));
      const { packages, edges } = catalogFiles(nix, {
        ...at(DERIVATIONS),
        ...at({ [FOO]: 'x', [LIBZ]: 'x', [`${LIBZ_DEV}/include/z.h`]: 'x', [HOOK]: '' }),
      });
      assert.deepEqual(edges, ['libz 1.2.13 > foo-bar 2.34-210']);
      assert.deepEqual(packages.map(({ purl }) => purl.replace(/drvpath=[^&]*&/, '')).toSorted(), [
        'pkg:nix/foo-bar@2.34-210?outputhash=ifzypdv8am4vmb42cpxccmscg9c3bgrk',
        'pkg:nix/libz@1.2.13?output=dev&outputhash=0bwg9cwk15k880j9zfmril6dc2z2yzz7',
        'pkg:nix/libz@1.2.13?outputhash=z9mi8m21xyif1kkiniavlbizf70kzcnn',
      ]);
      assert.equal(packages[0]?.metadata?.value['path'], packages[0]?.locations[0]?.path);
    }
  });

  test('with a damaged database falls back to the names, and reports a problem', () => {
    const path = '/nix/var/nix/db/db.sqlite';
    const files = { [FOO]: 'x', [path]: Buffer.alloc(4_096, 7) };
    const { packages, problems } = catalogFiles(nix, files);
    assert.deepEqual(
      packages.map(({ name }) => name),
      ['foo-bar'],
    );
    assert.deepEqual(problems, [`P_MALFORMED ${path}:`]);
    const journal = catalogFiles(nix, { [path]: createDatabase(), [`${path}-wal`]: 'x' });
    assert.deepEqual(journal.problems, [`P_UNSUPPORTED ${path}:`]);
    const empty = catalogFiles(nix, { [FOO_DRV]: 'Derive(' });
    assert.deepEqual(empty.problems, [`P_MALFORMED ${FOO_DRV}:`]);
  });
});
