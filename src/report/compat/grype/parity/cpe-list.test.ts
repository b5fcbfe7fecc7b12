import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { listFoundIds, matchSeeds } from '../../../../../test/support/match.ts';
import { UNKNOWN_PACKAGE_TYPE } from '../../../../foundation/core/package.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../../../../docs/grype.md'), 'utf8');

test('the product of a listed CPE is not looked up as a package of any ecosystem, as documented', async () => {
  const cpe = 'cpe:2.3:a:nginx:nginx:1.20.0:*:*:*:*:*:*:*';
  const item = { name: 'nginx', type: UNKNOWN_PACKAGE_TYPE, version: '1.20.0', cpes: [cpe] };
  const statements = [
    { id: 'CVE-1', provider: 'nvd', product: { vendor: 'nginx', product: 'nginx' } },
    { id: 'CVE-2', provider: 'bitnami', ecosystem: 'bitnami', name: 'nginx' },
    { id: 'CVE-3', provider: 'github', ecosystem: 'gem', name: 'nginx' },
  ];
  for (const isParity of [false, true]) {
    const found = await matchSeeds({ packages: [item] }, { statements }, { isParity });
    assert.deepEqual(listFoundIds(found), ['CVE-1']);
  }
  assert.match(PAGE, /plimsoll looks it up as a CPE only, with `--parity` too/);
});
