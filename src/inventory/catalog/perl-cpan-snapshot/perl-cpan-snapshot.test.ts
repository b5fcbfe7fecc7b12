import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { perlCpanSnapshot } from './perl-cpan-snapshot.ts';

const SNAPSHOT = `# carton snapshot format: version 1.0
DISTRIBUTIONS
  Plack-1.0050
    pathname: M/MI/MIYAGAWA/Plack-1.0050.tar.gz
    provides:
      HTTP::Message::PSGI undef
      Plack 1.0050
    requirements:
      Try::Tiny 0
      perl 5.012000
  Try-Tiny-v0.31
    pathname: E/ET/ETHER/Try-Tiny-v0.31.tar.gz
    provides:
      Try::Tiny v0.31
    requirements:
      HTTP::Message::PSGI 0
  Unversioned
    pathname: E/ET/ETHER/Unversioned.tar.gz
`;

test('lists distributions of a Carton snapshot, and edges by modules', () => {
  const { packages, edges, problems } = catalogFiles(perlCpanSnapshot, {
    '/app/cpanfile.snapshot': SNAPSHOT,
  });
  assert.deepEqual(
    packages.map(({ purl, locations }) => [purl, locations[0]?.line]),
    [
      ['pkg:cpan/MIYAGAWA/Plack@1.0050', 3],
      ['pkg:cpan/ETHER/Try-Tiny@v0.31', 11],
    ],
  );
  assert.deepEqual(edges, ['Plack 1.0050 > Try-Tiny v0.31', 'Try-Tiny v0.31 > Plack 1.0050']);
  assert.deepEqual(problems, ['P_RECORD /app/cpanfile.snapshot:']);
});

test('reads a snapshot up to the limit of records', () => {
  const limits = { ...DEFAULT_LIMITS, recordsMax: 1 };
  const read = catalogFiles(perlCpanSnapshot, { '/cpanfile.snapshot': SNAPSHOT }, { limits });
  assert.equal(read.packages.length, 1);
  assert.deepEqual(read.problems, ['P_LIMIT /cpanfile.snapshot:']);
  const noise = `  ${'-1'.repeat(99_999)}\n`;
  assert.deepEqual(catalogFiles(perlCpanSnapshot, { '/cpanfile.snapshot': noise }).packages, []);
});
