import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPurlCases, takeDetours } from './sbom-input.ts';
import { SKIP_REASON, sharedMaterial } from './shared-material.ts';

/** Small targets of each kind; `PLIMSOLL_SBOM_INPUT=all` takes every one. */
const QUICK = /^(alpine-3\.20|wolfi-base|rpm-mariner2|python-mini)$/;
const shared = sharedMaterial();
const skip = shared === undefined ? SKIP_REASON : false;

test('the findings of an image are those of its SBOM in each format that carries it', {
  skip,
}, async () => {
  const only = process.env['PLIMSOLL_SBOM_INPUT'] === 'all' ? /./ : QUICK;
  const detours = await takeDetours(shared ?? '', only);
  assert.ok(detours.length >= 8);
  for (const { name, format, direct, detour, isWrittenEqual } of detours) {
    const line = direct.findIndex((text, index) => text !== detour[index]);
    assert.equal(detour[line], direct[line], `${name} by ${format}, line ${line}`);
    assert.equal(detour.length, direct.length, `${name} by ${format}`);
    assert.ok(isWrittenEqual, `${name} by ${format} is written with other bytes`);
  }
});

test('package URLs become the packages that the recorded answers have', { skip }, async () => {
  const cases = await readPurlCases(shared ?? '');
  assert.deepEqual(
    cases.map(({ name, distro }) => [name, distro.id]),
    [
      ['purl-azurelinux3', 'azurelinux'],
      ['purl-bitnami', 'debian'],
      ['purl-rhel9', 'rhel'],
    ],
  );
  for (const { distro, recordedVersion, own, recorded } of cases) {
    assert.equal(distro.version, recordedVersion);
    assert.ok(recorded.size > 0);
    for (const [purl, artifact] of recorded) {
      assert.deepEqual(own.get(purl), artifact);
    }
  }
});
