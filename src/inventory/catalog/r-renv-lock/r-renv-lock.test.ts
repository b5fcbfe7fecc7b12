import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { rRenvLock } from './r-renv-lock.ts';

const read = (lock: object | string): ReturnType<typeof catalogFiles> =>
  catalogFiles(rRenvLock, {
    '/app/renv.lock': typeof lock === 'string' ? lock : JSON.stringify(lock),
  });

test('renv.lock lists R packages, with dependencies of both forms', () => {
  const { packages, edges, problems } = read({
    R: { Version: '4.3.0' },
    Packages: {
      coffee: { Package: 'coffee', Version: '1.0.0', Source: 'Repository', Repository: 'CRAN' },
      morning: {
        Package: 'morning',
        Version: '0.1.0',
        Source: 'GitHub',
        Requirements: ['coffee', 'R'],
      },
      toast: { Package: 'toast', Version: '2.0-1', Imports: ['coffee (>= 1.0)', 'utils'] },
    },
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ purl }) => purl),
    ['pkg:cran/coffee@1.0.0', '', 'pkg:cran/toast@2.0-1'],
  );
  assert.deepEqual(edges, ['coffee 1.0.0 > morning 0.1.0', 'coffee 1.0.0 > toast 2.0-1']);
});

test('renv.lock loses a record without a version, and all if malformed', () => {
  assert.deepEqual(read({ Packages: { a: 7, b: { Version: 1 } } }).problems.length, 2);
  for (const text of ['', '[]', '{"Packages":[]}', '['.repeat(99_999)]) {
    assert.deepEqual(read(text).problems, ['P_MALFORMED /app/renv.lock:']);
  }
});
