import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AddressScope,
  canName,
  chooseNarrowerScope,
  classifyAddress,
} from './address-scope.ts';

const ADDRESSES: Readonly<Record<AddressScope, readonly string[]>> = {
  public: [
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '203.0.113.7',
    '2606:4700::1111',
    '2001:4860:4860::8888',
    '::ffff:8.8.8.8',
    '::ffff:808:808',
    '64:ff9b::808:808',
    '2002:808:808::1',
    'fbff::1',
    '2001:db8::5efe:8.8.8.8',
  ],
  private: [
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:0:10.0.0.1',
    '::127.0.0.1',
    '::a00:1',
    '64:ff9b::10.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '2002:7f00:1::1',
    '2002:c0a8:101::',
    '2001:0:808:808::f5ff:fffe',
    '2001:0:a00:1::f7f7:f7f7',
    'fc00::1',
    'fdff::1',
    'fec0::1',
    'ff02::1',
    '2001:db8::5efe:10.0.0.1',
    '2001:db8::200:5efe:127.0.0.1',
    'localhost',
    '',
  ],
  'link-local': [
    '169.254.0.1',
    '169.254.169.254',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'fd00:ec2::254',
    '100.100.100.200',
    '168.63.129.16',
  ],
};

for (const [scope, addresses] of Object.entries(ADDRESSES)) {
  for (const address of addresses) {
    test(`classifies ${address === '' ? 'nothing' : address} as ${scope}`, () => {
      assert.equal(classifyAddress(address), scope);
    });
  }
}

test('a server may name addresses of at least its own scope', () => {
  const allowed = (['public', 'private', 'link-local'] as const).map((by) =>
    (['public', 'private', 'link-local'] as const).filter((address) => canName(by, address)),
  );
  assert.deepEqual(allowed, [
    ['public'],
    ['public', 'private'],
    ['public', 'private', 'link-local'],
  ]);
  assert(canName(undefined, 'link-local'));
  assert.equal(chooseNarrowerScope('public', 'private'), 'public');
  assert.equal(chooseNarrowerScope('private', 'public'), 'public');
  assert.equal(chooseNarrowerScope(undefined, 'link-local'), 'link-local');
});
