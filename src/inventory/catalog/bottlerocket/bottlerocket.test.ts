import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { bottlerocket } from './bottlerocket.ts';

const PATH =
  '/x86_64-bottlerocket-linux-gnu/sys-root/usr/share/bottlerocket/application-inventory.json';

const ACPID = {
  Name: 'acpid',
  Publisher: 'Bottlerocket',
  Version: '1.19.2',
  Release: '29cc92cc',
  InstalledTime: '2024-02-23T02:40:40Z',
  Architecture: 'x86_64',
};

suite('the inventory of Bottlerocket', () => {
  test('contains packages with release and epoch', () => {
    const content = [ACPID, { Name: 'bash', Version: '5.2', Release: '1', Epoch: '2' }];
    const { packages, problems } = catalogFiles(
      bottlerocket,
      { [PATH]: JSON.stringify({ Content: [...content, { ...ACPID, Name: 'b', Epoch: '0' }] }) },
      { distro: { id: 'bottlerocket', idLike: [], versionId: '1.19.2' } },
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ version, architecture, purl }) => [version, architecture, purl]),
      [
        [
          '1.19.2-29cc92cc',
          'x86_64',
          'pkg:bottlerocket/acpid@1.19.2-29cc92cc?arch=x86_64&distro=bottlerocket-1.19.2',
        ],
        ['2:5.2-1', undefined, 'pkg:bottlerocket/bash@2%3A5.2-1?distro=bottlerocket-1.19.2'],
        [
          '1.19.2-29cc92cc',
          'x86_64',
          'pkg:bottlerocket/b@1.19.2-29cc92cc?arch=x86_64&distro=bottlerocket-1.19.2',
        ],
      ],
    );
  });

  const cases = [
    ['empty', '', ['P_MALFORMED']],
    ['a list', '[]', ['P_MALFORMED']],
    ['without packages', '{"Content":{}}', []],
    ['of other values', '{"Content":[null,{"Name":"a","Version":1}]}', ['P_RECORD', 'P_RECORD']],
  ] as const;
  for (const [title, content, expected] of cases) {
    test(`that is ${title} only loses its own packages`, () => {
      const { packages, problems } = catalogFiles(bottlerocket, { [PATH]: content });
      assert.deepEqual(packages, []);
      assert.deepEqual(
        problems.map((problem) => problem.split(' ', 1)[0]),
        expected,
      );
    });
  }

  test('beyond the limit is read up to it', () => {
    const limits = { ...DEFAULT_LIMITS, recordsMax: 1 };
    const files = { [PATH]: JSON.stringify({ Content: [ACPID, ACPID] }) };
    const { packages, problems } = catalogFiles(bottlerocket, files, { limits });
    assert.equal(packages.length, 1);
    assert.match(problems.join(), /^P_LIMIT/);
  });
});
