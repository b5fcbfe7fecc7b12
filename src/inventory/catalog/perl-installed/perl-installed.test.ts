import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { perlInstalled } from './perl-installed.ts';

const ARCH = '/usr/local/lib/perl5/site_perl/5.38.2/x86_64-linux-gnu';
const META = `${ARCH}/.meta/Plack-1.0050`;
const INSTALL = JSON.stringify({
  name: 'Plack',
  version: '1.0050',
  dist: 'Plack-1.0050',
  pathname: 'M/MI/MIYAGAWA/Plack-1.0050.tar.gz',
  provides: { Plack: { file: 'lib/Plack.pm' }, 'HTTP::Message::PSGI': {} },
});
const MYMETA = JSON.stringify({
  name: 'Plack',
  version: '1.0050',
  license: ['perl_5'],
  prereqs: { runtime: { requires: { 'Try::Tiny': '0', perl: '5.012' } } },
});
const LOG = `=head2 Wed Nov 25 00:00:00 2026: C<Module> L<Try::Tiny|Try::Tiny>

=over 4

=item *

C<installed into: ${ARCH}>

=item *

C<VERSION: 0.30>

=back

=head2 Wed Nov 25 01:00:00 2026: C<Module> L<Try::Tiny|Try::Tiny>

=item *

C<VERSION: 0.31>
`;

suite('installed distributions of CPAN', () => {
  test('are found by records, the log and file lists together', () => {
    const { packages, edges, problems } = catalogFiles(perlInstalled, {
      [`${META}/install.json`]: INSTALL,
      [`${META}/MYMETA.json`]: MYMETA,
      [`${ARCH}/perllocal.pod`]: LOG,
      [`${ARCH}/auto/Try/Tiny/.packlist`]: '/usr/local/lib/Try/Tiny.pm type=file\n/x/y z.3pm\nq',
      [`${ARCH}/.packlist`]: '/usr/local/bin/perl\n',
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl, rule, locations }) => [purl, rule, locations.length]),
      [
        ['pkg:cpan/MIYAGAWA/Plack@1.0050', 'the install record that cpanm wrote', 2],
        ['pkg:cpan/Try-Tiny@0.31', 'an entry in the installation log of Perl', 2],
      ],
    );
    assert.deepEqual(packages[0]?.licenses[0]?.expression, 'Artistic-1.0-Perl OR GPL-1.0-or-later');
    assert.deepEqual(
      packages[1]?.ownedFiles.map(({ path }) => path),
      ['/usr/local/lib/Try/Tiny.pm', '/x/y z.3pm'],
    );
    assert.deepEqual(edges, ['Try-Tiny 0.31 > Plack 1.0050']);
  });

  test('leave metadata at their build location, in both forms', () => {
    const { packages } = catalogFiles(perlInstalled, {
      '/root/.cpanm/work/1.2/Foo-1.0/META.json': '{"name":"Foo","version":"1.0"}',
      '/root/.cpan/build/Bar-2-0/META.yml': '---\nname: Bar\nversion: 2.10\nlicense: perl\n',
      '/src/META.json': '{"name":"Own","version":"1.0"}',
    });
    assert.deepEqual(
      packages.map(({ name, version, confidence }) => [name, version, confidence]),
      [
        ['Bar', '2.10', 0.6],
        ['Foo', '1.0', 0.6],
      ],
    );
  });

  test('may have the name of an object member as license', () => {
    const { packages } = catalogFiles(perlInstalled, {
      '/root/.cpanm/work/1.2/Foo-1.0/META.json':
        '{"name":"Foo","version":"1.0","license":["__proto__","constructor"]}',
    });
    assert.deepEqual(
      packages[0]?.licenses.map(({ value }) => value),
      ['__proto__', 'constructor'],
    );
  });

  test('only lose malformed records', () => {
    const limits = { ...DEFAULT_LIMITS, recordsMax: 1 };
    const { packages, problems } = catalogFiles(
      perlInstalled,
      {
        [`${META}/install.json`]: '['.repeat(99_999),
        [`${META}/MYMETA.json`]: '{"name":"Plack"}',
        '/a/perllocal.pod': `${LOG}\n=head2 x L<A|A>\nC<VERSION: 1>\n`,
      },
      { limits },
    );
    assert.deepEqual(problems, [
      `P_MALFORMED ${META}/install.json:`,
      `P_RECORD ${META}/MYMETA.json:`,
      'P_LIMIT /a/perllocal.pod:',
    ]);
    assert.equal(packages.length, 1);
  });
});
