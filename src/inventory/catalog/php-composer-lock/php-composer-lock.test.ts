import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { Budget } from '../../../foundation/core/budget.ts';
import { toBytes } from '../../../foundation/core/bytes.ts';
import type { FileView } from '../../../foundation/core/cataloger.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { phpComposerLock } from './php-composer-lock.ts';

const VIEW: FileView = {
  layers: [],
  find: () => undefined,
  resolve: () => undefined,
  resolveHardLink: (ref) => ref,
  getRealPath: () => undefined,
  findRealFolder: () => undefined,
  list: () => [],
  listPaths: () => [],
};
const CLIENT = {
  name: 'adoy/fastcgi-client',
  version: '1.0.2',
  source: { type: 'git', url: 'https://github.com/adoy/PHP-FastCGI-Client.git', reference: '6d9a' },
  license: ['MIT'],
  type: 'library',
  autoload: { 'psr-4': { 'Adoy\\': 'src' } },
};

function extract(text: string, limits = DEFAULT_LIMITS) {
  const bytes = Buffer.from(text);
  return phpComposerLock.extract({
    path: '/app/composer.lock',
    role: 'lock',
    sizeBytes: bytes.length,
    mode: 0o644,
    content: toBytes(bytes),
    limits,
    budget: new Budget(limits),
  });
}

describe('composer.lock', () => {
  it('creates packages for locked ones, except those for development', () => {
    const lock = JSON.stringify({
      packages: [CLIENT],
      'packages-dev': [{ name: 'a/b', version: '1' }],
    });
    const { fact, problems } = extract(lock);
    assert.ok(fact !== undefined);
    assert.deepEqual(problems, []);
    const { packages = [] } = phpComposerLock.assemble({
      budget: new Budget(DEFAULT_LIMITS),
      view: VIEW,
      distro: undefined,
      facts: [
        {
          path: '/app/composer.lock',
          role: 'lock',
          ref: { layer: 0, row: 0 },
          layer: undefined,
          fact,
          earlier: [],
        },
      ],
    });
    assert.equal(packages.length, 1);
    const [client] = packages;
    assert.equal(client?.purl, 'pkg:composer/adoy/fastcgi-client@1.0.2');
    assert.deepEqual(
      client?.licenses.map(({ value, expression }) => [value, expression]),
      [['MIT', 'MIT']],
    );
    const { license: _, autoload: __, ...kept } = CLIENT;
    assert.deepEqual(client?.metadata?.value, kept);
  });

  it('connects packages by names in any case, provided or replaced', () => {
    const lock = {
      packages: [
        {
          name: 'a/app',
          version: '1',
          require: {
            'B/superclosure': '*',
            'psr/log-implementation': '*',
            'd/part': '*',
            php: '*',
          },
        },
        { name: 'b/SuperClosure', version: '2' },
        { name: 'c/log', version: '3', provide: { 'Psr/Log-Implementation': '1' } },
        { name: 'd/whole', version: '4', replace: { 'd/Part': 'self.version' } },
      ],
    };
    const files = { '/app/composer.lock': JSON.stringify(lock) };
    assert.deepEqual(catalogFiles(phpComposerLock, files).edges, [
      'b/SuperClosure 2 > a/app 1',
      'c/log 3 > a/app 1',
      'd/whole 4 > a/app 1',
    ]);
  });

  it('loses one record without a name or version', () => {
    const { fact, problems } = extract(JSON.stringify({ packages: [7, { name: 'a/b' }, CLIENT] }));
    assert.equal(fact?.packages.length, 1);
    assert.deepEqual(
      problems?.map(({ code }) => code),
      ['P_RECORD', 'P_RECORD'],
    );
  });

  it('reports that a truncated or other file is not a lock file', () => {
    for (const text of ['', '{"packages": [', '[]', 'null', '{"packages": {}}']) {
      assert.equal(extract(text).problems?.[0]?.code, 'P_MALFORMED', text);
    }
  });

  it('stops at the limit of records and reports it', () => {
    const limits = { ...DEFAULT_LIMITS, recordsMax: 2 };
    const { fact, problems } = extract(
      JSON.stringify({ packages: [CLIENT, CLIENT, CLIENT] }),
      limits,
    );
    assert.equal(fact?.packages.length, 2);
    assert.equal(problems?.[0]?.code, 'P_LIMIT');
  });
});
