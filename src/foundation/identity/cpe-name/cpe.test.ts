import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ANY_CPE,
  compareCpeAttribute,
  formatCpe,
  formatCpeUri,
  isCpeSuperset,
  parseCpe,
  toCpeValue,
} from './cpe.ts';

test('parses a formatted string and formats it again', () => {
  for (const text of [
    'cpe:2.3:a:busybox:busybox:1.36.1-r29:*:*:*:*:*:*:*',
    'cpe:2.3:a:bash:bash:5.2.37-2\\+b10:*:*:*:*:*:*:*',
    'cpe:2.3:a:erlang:erlang\\/otp:26.0:-:*:*:*:*:*:*',
    'cpe:2.3:o:microsoft:windows_10:*:sp1:*:en-us:pro:*:x64:other',
    'cpe:2.3:a:jenkins:pipeline\\:_supporting_apis:8*:*:*:*:*:jenkins:*:*',
    'cpe:2.3:a:hp:insight_diagnostics:7.4.0.1570:-:*:*:online:win2003:x64:*',
    'cpe:2.3:a:b\\\\c:d\\*e:?1.0???:*:*:*:*:*:*:*',
    'cpe:2.3:a:v:p:\\-:*:*:*:*:*:*:*',
  ]) {
    const name = parseCpe(text);
    assert.ok(name, text);
    assert.equal(formatCpe(name), text);
  }
});

test('stores values without their escapes', () => {
  const name = parseCpe('cpe:2.3:a:pkg\\+vendor:a\\:b:1\\.0:-:*:*:*:*:*:*');
  assert.deepEqual(name, {
    ...ANY_CPE,
    part: 'a',
    vendor: 'pkg+vendor',
    product: 'a:b',
    version: '1.0',
    update: '-',
  });
});

test('rejects a string that is not a CPE', () => {
  for (const text of [
    '',
    'cpe:2.3:a:v:p:1:*:*:*:*:*:*',
    'cpe:2.3:a:v:p:1:*:*:*:*:*:*:*:*',
    'cpe:2.3:x:v:p:1:*:*:*:*:*:*:*',
    'cpe:2.3:a::p:1:*:*:*:*:*:*:*',
    'cpe:2.3:a:v\u00e9:p:1:*:*:*:*:*:*:*',
    'cpe:2.3:a:v\\w:p:1:*:*:*:*:*:*:*',
    'cpe:2.3:a:v:p:1*2:*:*:*:*:*:*:*',
    'cpe:2.3:a:v:p:1\\',
    'cpe:2.3:a:v:p:1:*:*:english:*:*:*:*',
    'cpe:/x:v:p',
    'cpe:/a:v:p:%zz',
    'cpe:/a:v:p:1:u:~1~2:en',
    `cpe:2.3:a:v:${'p'.repeat(10_000)}:1:*:*:*:*:*:*:*`,
  ]) {
    assert.equal(parseCpe(text), undefined, text);
  }
});

test('accepts missing backslashes and blanks', () => {
  const written = ['cpe:2.3:a:v w:p+q/r_&_s:1:*:*:*:*:*:*:*', 'cpe:2.3:a:*:c++:1:*:*:*:*:*:*:*'];
  assert.deepEqual(
    written.map((text) => formatCpe(parseCpe(text) ?? assert.fail(text))),
    ['cpe:2.3:a:v_w:p\\+q\\/r_\\&_s:1:*:*:*:*:*:*:*', 'cpe:2.3:a:*:c\\+\\+:1:*:*:*:*:*:*:*'],
  );
});

test('a URI yields the same name as a formatted string', () => {
  const pairs = [
    [
      'cpe:/a:hp:insight_diagnostics:7.4.0.1570::~~online~win2003~x64~',
      'cpe:2.3:a:hp:insight_diagnostics:7.4.0.1570:*:*:*:online:win2003:x64:*',
    ],
    ['cpe:/a:foo%5cbar:big%24money_2010%07', undefined],
    ['cpe:/a:foo~bar:big%7emoney_2010', 'cpe:2.3:a:foo\\~bar:big\\~money_2010:*:*:*:*:*:*:*:*'],
    ['CPE:/o:Microsoft:windows_xp:::pro:en', 'cpe:2.3:o:microsoft:windows_xp:*:*:pro:en:*:*:*:*'],
    [
      'cpe:/a:microsoft:internet_explorer:8.%02:sp%01',
      'cpe:2.3:a:microsoft:internet_explorer:8.*:sp?:*:*:*:*:*:*',
    ],
  ] as const;
  for (const [uri, formatted] of pairs) {
    const name = parseCpe(uri);
    assert.equal(name && formatCpe(name), formatted, uri);
  }
});

test('formats a name as a URI, with the newer attributes packed into the edition', () => {
  const name = parseCpe('cpe:2.3:a:hp:a\\+b:7.4.*:-:*:*:online:win2003:*:*');
  assert.ok(name);
  const uri = formatCpeUri(name);
  assert.equal(uri, 'cpe:/a:hp:a%2bb:7.4.%02:-:~~online~win2003~~');
  assert.deepEqual(parseCpe(uri), name);
});

test('converts free text to a literal value if possible', () => {
  assert.equal(toCpeValue('Foo Bar'), 'Foo_Bar');
  assert.equal(toCpeValue('a*b'), 'a\\*b');
  assert.equal(toCpeValue('-'), '\\-');
  assert.equal(toCpeValue(''), undefined);
  assert.equal(toCpeValue('größe'), undefined);
});

test('compares attributes according to NISTIR 7696', () => {
  const cases = [
    ['', '', 'equal'],
    ['', '-', 'superset'],
    ['', 'x', 'superset'],
    ['-', '', 'subset'],
    ['-', '-', 'equal'],
    ['-', 'x', 'disjoint'],
    ['x', '-', 'disjoint'],
    ['x', '', 'subset'],
    ['X', 'x', 'equal'],
    ['x', 'y', 'disjoint'],
    ['x', 'x*', 'undefined'],
    ['8.*', '8.1', 'superset'],
    ['8.*', '8.', 'superset'],
    ['*sp1', '8sp1', 'superset'],
    ['sp?', 'sp1', 'superset'],
    ['sp?', 'sp12', 'disjoint'],
    ['??x', '1x', 'superset'],
    ['8\\*', '8.1', 'disjoint'],
    ['8.*', '-', 'disjoint'],
  ] as const;
  for (const [source, target, relation] of cases) {
    assert.equal(compareCpeAttribute(source, target), relation, `${source} ${target}`);
  }
});

test('a name is a superset of another if each attribute is equal to or a superset of its own', () => {
  const product = parseCpe('cpe:2.3:a:busybox:busybox:*:*:*:*:*:*:*:*');
  const release = parseCpe('cpe:2.3:a:busybox:busybox:1.36:*:*:*:*:*:*:*');
  assert.ok(product && release);
  assert.equal(isCpeSuperset(product, release), true);
  assert.equal(isCpeSuperset(release, product), false);
});
