import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { createFileReader } from './default-grounds.ts';
import { proveDifferences } from './prove-differences.ts';
import { unpackSource } from './recorded-database.ts';
import { type Score, withFolder } from './score.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';

const shared = findSharedMaterial();

/**
 * Lines of the scorer for an image with Go programs on Debian 12, each with the ground that proves
 * it, if any.
 */
const LINES: readonly (readonly [ground: string | undefined, line: string])[] = [
  // html.Render is not in the program; net/http2's server is.
  ['unlinked-left-out', 'ignored    extra GO-2023-1988 go-module golang.org/x/net v0.7.0'],
  [undefined, 'ignored    extra GO-2023-2102 go-module golang.org/x/net v9.9.9'],
  [undefined, 'ignored    missing GO-2023-1988 go-module golang.org/x/net v0.7.0'],
  ['end-of-life-needs-exact-minor', 'alert      extra distro-eol deb base-files 12.4+deb12u12'],
  ['end-of-life-alerts-every-package', 'alert      missing distro-eol go-module stdlib go1.20'],
  [undefined, 'alert      missing distro-eol deb base-files 12.4+deb12u12'],
  // The database has two statements about Debian 12, and thousands about others.
  [
    'distro-with-little-data',
    'alert      extra distro-with-little-data deb base-files 12.4+deb12u12',
  ],
  ['unlisted-system-is-none', 'missing    CVE-2024-4030 binary python 3.11.2 (cpe-match)'],
  // It applies to every system.
  [undefined, 'missing    CVE-2023-24329 binary python 3.11.2 (cpe-match)'],
  // Its record names no origin.
  [
    undefined,
    'how        CVE-2023-0001 deb base-files 12.4+deb12u12: want exact-indirect-match got x',
  ],
  [undefined, 'severity   CVE-2023-0001 deb base-files 12.4+deb12u12: want High got Low'],
  [undefined, 'missing    CVE-2025-32464 deb haproxy-2.8 2.8.10 (exact-direct-match)'],
];

test(
  'excuses a difference only if the condition of its ground holds for that row',
  { skip: shared === undefined ? SKIP_REASON : false },
  () =>
    withFolder(async (folder) => {
      const input = `oci-archive:${join(shared ?? '', 'corpus', 'images', 'go-distroless.oci.tar')}`;
      const inventory = await readInventory(input, { temporaryFolder: folder });
      using source = new DatabaseSync(unpackSource(shared ?? '', folder), { readOnly: true });
      const now = '2026-11-24T23:23:36Z';
      const lines = LINES.map(([, line]) => line);
      const gone: Score = { name: 'under one answer of Grype', isEqual: true, lines: [] };
      const left: Score = { ...gone, lines };
      const isAlways = (line: string): boolean => line.includes('distro-with-little-data');
      const contentOf = createFileReader(input);
      const given = { inventory, source, contentOf, now, reported: new Set<string>() };
      const proven = proveDifferences(lines, () => gone, given);
      const expected = LINES.filter(([ground]) => ground !== undefined);
      assert.deepEqual(
        proven.map(({ row, ground }) => [ground.id, row.line]),
        expected,
      );
      const older = { ...inventory, distro: { id: 'debian', idLike: [], versionId: '10' } };
      const ofOlder = proveDifferences(lines, () => gone, { ...given, inventory: older });
      const alerts = ofOlder
        .filter(({ row }) => row.kind === 'alert')
        .map(({ ground }) => ground.id);
      assert.deepEqual(alerts, ['end-of-life-alerts-every-package'], 'of Debian 10 much is said');
      const remaining = proveDifferences(lines, () => left, given);
      const unexplained = remaining.filter(({ row }) => !isAlways(row.line));
      assert.deepEqual(unexplained, [], 'what stays under that answer has another cause');
    }),
);
