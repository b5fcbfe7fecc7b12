import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { paketLock } from './paket-lock.ts';

const LOCK = `STORAGE: NONE
NUGET
  remote: https://api.nuget.org/v3/index.json
    FSharp.Core (4.5.0)
    NUnit (2.6.4)
      NUnit.Console (>= 3.0.0)
      fsharp.core (>= 4.0) - restriction: >= net45
    NUnit.Console (3.1) - restriction: >= net45
GITHUB
  remote: fsharp/FAKE
    modules/Octokit/Octokit.fsx (a25c2f256a99242c1106b5a3478aae6bb68c7a93)
      Octokit

GROUP Build
NUGET
  remote: https://api.nuget.org/v3/index.json
    FAKE (5.20.4)
      FSharp.Core (>= 4.7)
    FSharp.Core (4.7.2)
`;

test('paket.lock lists NuGet packages, with separate versions in each group', () => {
  const { packages, edges, problems } = catalogFiles(paketLock, { '/src/paket.lock': LOCK });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ purl, locations }) => [purl, locations[0]?.line]),
    [
      ['pkg:nuget/FSharp.Core@4.5.0', 4],
      ['pkg:nuget/NUnit@2.6.4', 5],
      ['pkg:nuget/NUnit.Console@3.1', 8],
      ['pkg:nuget/FAKE@5.20.4', 17],
      ['pkg:nuget/FSharp.Core@4.7.2', 19],
    ],
  );
  assert.deepEqual(edges, [
    'FSharp.Core 4.5.0 > NUnit 2.6.4',
    'FSharp.Core 4.7.2 > FAKE 5.20.4',
    'NUnit.Console 3.1 > NUnit 2.6.4',
  ]);
});

test('paket.lock is read up to the record limit', () => {
  const limits = { ...DEFAULT_LIMITS, recordsMax: 2 };
  const { packages, problems } = catalogFiles(paketLock, { '/paket.lock': LOCK }, { limits });
  assert.equal(packages.length, 2);
  assert.deepEqual(problems, ['P_LIMIT /paket.lock:']);
  assert.deepEqual(catalogFiles(paketLock, { '/paket.lock': '\0\u{fffd}(' }).packages, []);
});
