import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTarget } from '../../../test/support/comparable-target.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { listCautions } from './cautions.ts';
import { listConfigurationChanges } from './configuration-changes.ts';

type Config = Readonly<Record<string, unknown>>;

function createInventory(config: Config): Inventory {
  return createTarget({ config }).inventory;
}

function listChanges(before: Config, after: Config): (string | undefined)[][] {
  return listConfigurationChanges(createInventory(before), createInventory(after)).map((change) => [
    change.consequence,
    change.name,
    change.before,
    change.after,
  ]);
}

suite('configuration changes and their consequences', () => {
  test('a user other than root is a gain, under any name of root', () => {
    assert.deepEqual(listChanges({}, { User: '1000' }), [
      ['security-gain', 'User', undefined, '1000'],
    ]);
    for (const root of ['root', '0', '0:0', 'root:root']) {
      const [change] = listChanges({ User: 'app' }, { User: root });
      assert.equal(change?.[0], 'security-loss', root);
    }
    assert.deepEqual(listChanges({ User: 'app' }, { User: 'other' })[0]?.[0], 'behavior');
  });

  test('an opened port is a loss, a closed one a gain', () => {
    assert.deepEqual(
      listChanges({ ExposedPorts: { '80/tcp': {} } }, { ExposedPorts: { '443/tcp': {} } }),
      [
        ['security-loss', 'Port 443/tcp', undefined, 'set'],
        ['security-gain', 'Port 80/tcp', 'set', undefined],
      ],
    );
  });

  test('a health check counts unless it is disabled', () => {
    const check = { Healthcheck: { Test: ['CMD', '/check'] } };
    assert.equal(listChanges({}, check)[0]?.[0], 'security-gain');
    assert.equal(listChanges(check, { Healthcheck: { Test: ['NONE'] } })[0]?.[0], 'security-loss');
  });

  test('a variable that may be secret is reported as changed without its value', () => {
    assert.deepEqual(listChanges({ Env: ['API_TOKEN=abc'] }, { Env: ['API_TOKEN=xyz'] }), [
      [
        'behavior',
        'Env API_TOKEN',
        'hidden, because it may be a secret',
        'hidden, because it may be a secret',
      ],
    ]);
    assert.equal(listChanges({}, { Env: ['DB_PASSWORD=abc'] })[0]?.[0], 'security-loss');
    assert.equal(listChanges({ Env: ['DB_PASSWORD=abc'] }, {})[0]?.[0], 'security-gain');
  });

  test('a secret among the arguments of a command is not reported', () => {
    for (const arguments_ of [['--password=hunter2'], ['--api-token', 'hunter2']]) {
      const told = JSON.stringify(listChanges({}, { Cmd: ['/app', ...arguments_, '-v'] }));
      assert.doesNotMatch(told, /hunter2/);
      assert.match(told, /\*\*\*/);
      assert.match(told, /-v/);
    }
  });

  test('a value that only one side records is neither equal nor different', () => {
    assert.deepEqual(listChanges({ Env: ['PATH=/bin'] }, { Env: ['PATH'] }), []);
    assert.deepEqual(listChanges({ Env: ['PATH'] }, { Env: ['PATH'] }), []);
    assert.deepEqual(listChanges({}, { Env: ['PATH'] }), [
      ['behavior', 'Env PATH', undefined, 'not recorded'],
    ]);
    const [before, after] = [
      createTarget({ config: { Env: ['PATH', 'HOME'] } }),
      createTarget({ config: { Env: ['PATH=/bin', 'USER'] } }),
    ];
    assert.deepEqual(listCautions(before, after, { before: 'one', after: 'two' }), [
      'the values of 1 environment variable were not compared, because documents do not contain them',
    ]);
  });

  test('variables, commands and volumes are behavior, labels are cosmetic', () => {
    assert.deepEqual(
      listChanges(
        { Env: ['PATH=/bin'], Cmd: ['sh'], Labels: { version: '1' } },
        {
          Env: ['PATH=/usr/bin'],
          Cmd: ['ash'],
          Labels: { version: '2' },
          Volumes: { '/data': {} },
        },
      ).map(([consequence, name]) => `${name}: ${consequence}`),
      ['Cmd: behavior', 'Env PATH: behavior', 'Label version: cosmetic', 'Volume /data: behavior'],
    );
  });

  test('the order of members and empty members are ignored', () => {
    assert.deepEqual(
      listChanges(
        { Healthcheck: { Test: ['CMD', 'x'], Interval: 3 }, Entrypoint: null, User: '' },
        { Healthcheck: { Interval: 3, Test: ['CMD', 'x'] } },
      ),
      [],
    );
  });

  test('a configuration that is not JSON, or has other types, sets nothing', () => {
    const target = { ...createTarget({}).inventory };
    assert.ok(target.target.kind === 'image');
    const broken = { ...target, target: { ...target.target, config: Buffer.from('{') } };
    assert.deepEqual(
      listConfigurationChanges(broken, createInventory({ Env: 'text', Labels: 3 })),
      [],
    );
  });

  test('only the operating system is compared if a side is not an image', () => {
    const [debian, alpine] = [
      createTarget({ distro: { id: 'debian', versionId: '13' }, config: { User: 'app' } }),
      createTarget({
        distro: { id: 'alpine', prettyName: 'Alpine Linux v3.20' },
        target: { kind: 'directory', userInput: 'root', name: 'root', path: 'root' },
      }),
    ];
    assert.deepEqual(
      listConfigurationChanges(debian.inventory, alpine.inventory).map(
        ({ name, before, after }) => [name, before, after],
      ),
      [['operating system', 'debian 13', 'Alpine Linux v3.20']],
    );
  });
});
