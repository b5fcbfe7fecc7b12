import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildSampleDatabase, SAMPLE_FEEDS } from '../../src/cli/sample-data.ts';
import { makeCertificate } from '../support/certificate.ts';
import { REGISTRY_NAMES, runWithDefaultRegistry } from '../support/default-registry.ts';
import { skipUnlessInstalled } from '../support/installed-program.ts';
import { skipWithoutNetworks } from '../support/network-world.ts';

const skip = skipUnlessInstalled('openssl') || skipWithoutNetworks();

/** The commands that plimsoll was made for, with images by their names alone. */
const LINES = [
  ['sbom', 'alpine:latest'],
  ['scan', 'debian:latest'],
  ['compare', 'debian:latest', 'alpine:latest'],
  ['syft', 'alpine:latest'],
  ['grype', 'debian:latest'],
] as const;

test('images by name come from the default registry, over TLS, its tokens and its limit', {
  skip,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-default-registry-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { certificateFile, keyFile } = makeCertificate(folder, REGISTRY_NAMES);
  const alpine = { provider: 'alpine-secdb', document: 'advisories/alpine-secdb-3.10.json' };
  await buildSampleDatabase([...SAMPLE_FEEDS, alpine], join(folder, 'database'));
  const { ended, requests } = runWithDefaultRegistry(folder, {
    lines: LINES,
    certificateFile,
    keyFile,
    environment: {
      HOME: folder,
      PLIMSOLL_CA_FILE: certificateFile,
      PLIMSOLL_DB: join(folder, 'database'),
      PLIMSOLL_DB_AUTO_UPDATE: 'false',
      PLIMSOLL_DB_MAX_AGE: '0',
    },
  });
  const [sbom, scan, compare, syft, grype] = ended;
  for (const [index, { status, stderr }] of ended.entries()) {
    assert.equal(status, 0, `${LINES[index]?.join(' ')}: ${stderr}`);
  }
  assert.match(sbom?.stdout ?? '', /^busybox +1\.30\.1-r1 +apk$/mu);
  assert.match(scan?.stdout ?? '', /^libssl1\.1 +1\.1\.1n-0\+deb11u3 .*CVE-2023-0286/mu);
  const summary =
    /^Scanned for vulnerabilities: \d+ match(?:es)? \(by severity: \d+ critical, \d+ high, \d+ medium, \d+ low, \d+ negligible(?:, \d+ unknown)?; by status: \d+ fixed, \d+ not fixed, \d+ ignored\)$/mu;
  assert.match(scan?.stderr ?? '', summary);
  assert.match(
    compare?.stdout ?? '',
    /^system +Debian GNU\/Linux 11 \(bullseye\) +Alpine Linux v3\.10/mu,
  );
  assert.match(syft?.stdout ?? '', /^busybox +1\.30\.1-r1 +apk/mu);
  assert.match(grype?.stdout ?? '', /^libssl1\.1 +1\.1\.1n-0\+deb11u3 /mu);

  const [registry, tokens] = REGISTRY_NAMES;
  const list = `${registry} /v2/library/alpine/manifests/latest`;
  assert.deepEqual(requests.slice(0, 4), [
    `${list} 401`,
    `${tokens} /token 200`,
    `${list} 429`,
    `${list} 200`,
  ]);
});
