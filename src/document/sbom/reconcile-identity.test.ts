import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../../test/support/inventory.ts';
import { reconcileIdentities } from './reconcile-identity.ts';

function identify(name: string, version: string, purl: string): readonly string[] {
  const { packages } = createInventory({ packages: [{ name, version, type: 'npm', purl }] });
  return reconcileIdentities(packages).packages.map((item) => `${item.name} ${item.version}`);
}

suite('a name and version beside a package URL', () => {
  test('are kept if they differ only as the ecosystem allows', () => {
    for (const [name, version, purl] of [
      ['Requests', '2.31.0', 'pkg:pypi/requests@2.31.0'],
      ['newtonsoft.json', '12.0.3', 'pkg:nuget/Newtonsoft.Json@12.0.3'],
      ['@babel/core', '7.0.0', 'pkg:npm/%40babel/core@7.0.0'],
      ['org.apache:commons-io', '2.0', 'pkg:maven/org.apache/commons-io@2.0'],
      ['openssl', '1:3.0', 'pkg:rpm/redhat/openssl@3.0?epoch=1'],
      ['typing_extensions', '4.0', 'pkg:pypi/typing-extensions@4.0'],
      ['github.com/x/y', 'v1.2.3', 'pkg:golang/github.com/x/y@1.2.3'],
      ['lodash', '4.17.4', 'pkg:npm/lodash'],
    ] as const) {
      assert.deepEqual(identify(name, version, purl), [`${name} ${version}`]);
    }
  });

  test('become those of the URL if a tool spells them differently', () => {
    for (const [name, purl, expected] of [
      ['pip:Requests', 'pkg:pypi/requests@1', 'requests'],
      ['go:golang.org/x/net', 'pkg:golang/golang.org/x/net@1', 'golang.org/x/net'],
      ['net', 'pkg:golang/golang.org/x/net@1', 'golang.org/x/net'],
      ['maven:org.apache:commons-io', 'pkg:maven/org.apache/commons-io@1', 'commons-io'],
      ['rubygems:rack', 'pkg:gem/rack@1', 'rack'],
      ['rust:time', 'pkg:cargo/time@1', 'time'],
      ['actions:actions/checkout', 'pkg:githubactions/actions/checkout@1', 'actions/checkout'],
      [
        'swift:github.com/apple/swift-nio',
        'pkg:swift/github.com/apple/swift-nio@1',
        'github.com/apple/swift-nio',
      ],
      ['pub:http', 'pkg:pub/http@1', 'http'],
      ['core', 'pkg:npm/%40babel/core@1', '@babel/core'],
      ['Lodash', 'pkg:npm/lodash@1', 'lodash'],
      ['libc6:amd64', 'pkg:deb/debian/libc6@1?arch=amd64', 'libc6'],
      ['Apache Log4j', 'pkg:maven/org.apache.logging.log4j/log4j-core@1', 'log4j-core'],
    ] as const) {
      assert.deepEqual(identify(name, '1', purl), [`${expected} 1`]);
    }
  });

  test('give way to the URL if they differ, and are looked up as well', () => {
    assert.deepEqual(identify('safe', '4.17.4', 'pkg:npm/lodash@4.17.4'), [
      'lodash 4.17.4',
      'safe 4.17.4',
    ]);
    assert.deepEqual(identify('lodash', '99.0.0', 'pkg:npm/lodash@4.17.4'), [
      'lodash 4.17.4',
      'lodash 99.0.0',
    ]);
  });

  test('are reported if they contradict the URL', () => {
    const seed = { name: 'safe', version: '1', type: 'npm', purl: 'pkg:npm/lodash@4.17.4' };
    const { contradictions } = reconcileIdentities(createInventory({ packages: [seed] }).packages);
    assert.deepEqual(contradictions, [
      'the name and version of "safe" 1 contradicts its package URL pkg:npm/lodash@4.17.4: both are matched',
    ]);
  });
});
