import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findRuleReach, type ImageFile } from '../../../../../test/support/reach-image.ts';
import { testNames } from '../../../../../test/support/rule-names.ts';

const PROGRAM = { elf: { type: 3, dynamic: [], symbols: [{ name: 'open' }] } } as const;
const ZONES = '/usr/share/zoneinfo';
const SETTINGS = '/etc/server.conf';
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/server': { ...PROGRAM, words: ['/etc/server.conf'] },
  [SETTINGS]: 'zone Europe/Berlin\n',
  [`${ZONES}/Europe/Berlin`]: 'TZif',
  [`${ZONES}/Europe/Paris`]: 'TZif',
  [`${ZONES}/America/Argentina/Buenos_Aires`]: 'TZif',
  [`${ZONES}/Etc/GMT+5`]: 'TZif',
  [`${ZONES}/UTC`]: 'TZif',
  [`${ZONES}/Japan`]: 'TZif',
};

function findZones(
  more: Readonly<Record<string, ImageFile>>,
  command: readonly string[] = ['server'],
  environment: readonly string[] = [],
): readonly string[] {
  const files = { ...FILES, [SETTINGS]: '', ...more };
  return findRuleReach('time-zone', { files, command, environment })
    .own.map((line) => line.split(' ', 2)[1] ?? '')
    .map((path) => path.replace(`${ZONES}/`, ''));
}

suite('time zones that literals name', () => {
  testNames('time-zone', {
    image: { files: FILES, command: ['server'] },
    own: [`data ${ZONES}/Europe/Berlin by "Europe/Berlin" in ${SETTINGS}`],
    left: `${ZONES}/Europe/Paris`,
    namedIn: SETTINGS,
    unreadable: [
      ['empty', ''],
      ['not text', Buffer.from([0, 255, 254, 0])],
      ['cut in a name', 'zone Europe/Ber'],
    ],
  });

  for (const [text, zones] of [
    ["timezone = 'America/Argentina/Buenos_Aires'", ['America/Argentina/Buenos_Aires']],
    ['time_zone: Etc/GMT+5', ['Etc/GMT+5']],
    ['TZ=UTC', ['UTC']],
    ['"timezone": "Japan"', ['Japan']],
    ["log_timezone = 'UTC'", ['UTC']],
    ['Europe/Berlin,Europe/Paris', ['Europe/Berlin', 'Europe/Paris']],
    ['path = /srv/Europe/Berlin/x', []],
    ['made in Japan', []],
  ] as const) {
    test(`are found in the settings ${text}`, () => {
      assert.deepEqual(findZones({ [SETTINGS]: `${text}\n` }), zones);
    });
  }

  test('are found in settings that are only data for the program', () => {
    const files = { ...FILES, '/usr/bin/server': { ...PROGRAM, words: [SETTINGS] } };
    const packages = { server: ['/usr/bin/server'], other: [SETTINGS] };
    const { own, classOf } = findRuleReach('time-zone', { files, command: ['server'], packages });
    assert.equal(classOf(SETTINGS), 'data');
    assert.equal(own.length, 1);
  });

  test('are found in scripts', () => {
    const program = '#!/bin/sh\nTZ=Europe/Paris date\nexport TZ="UTC"\n';
    assert.deepEqual(findZones({ '/srv/run': program }, ['/srv/run']), ['Europe/Paris', 'UTC']);
  });

  test('are found in executables', () => {
    const program = { ...PROGRAM, words: ['Europe/Paris'] };
    assert.deepEqual(findZones({ '/usr/bin/server': program }), ['Europe/Paris']);
  });

  test('are found in the command and the variables of the image', () => {
    const command = ['server', '--zone=Europe/Paris'];
    assert.deepEqual(findZones({}, command, ['APP_ZONE=Etc/GMT+5']), ['Etc/GMT+5', 'Europe/Paris']);
  });

  test('are all of them if a script computes the name', () => {
    const findInScript = (text: string): readonly string[] =>
      findZones({ '/srv/run.py': `#!/usr/bin/python3\n${text}\n` }, ['/srv/run.py']);
    assert.equal(findInScript('print(ZoneInfo(sys.argv[1]))').length, 6);
    assert.equal(findInScript('print(available_timezones())').length, 6);
    assert.deepEqual(findInScript('print(ZoneInfo("Europe/Berlin"), ZoneInfo("UTC"))'), [
      'Europe/Berlin',
      'UTC',
    ]);
    assert.deepEqual(findInScript('class ZoneInfo(tzinfo): pass'), []);
  });

  test("are also found in Python's package tzdata", () => {
    const site = '/usr/lib/python3/dist-packages/tzdata';
    const found = findZones({
      [SETTINGS]: 'Europe/Berlin\n',
      [`${site}/zoneinfo/__init__.py`]: '',
      [`${site}/zoneinfo/Europe/Berlin`]: 'TZif',
    });
    assert.deepEqual(found, [`${site}/zoneinfo/Europe/Berlin`, 'Europe/Berlin']);
  });
});
