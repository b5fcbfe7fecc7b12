import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { assessCompleteness } from '../../src/foundation/core/assessment.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { scan } from '../../src/index.ts';
import { importDatabase } from '../../src/vulnerability/advisory/import-database.ts';
import {
  type StatementSeed,
  type SystemSeed,
  writeAdvisorySource,
} from '../support/advisory-database.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';

const shared = findSharedMaterial();
const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-ordinary-'));
const DATABASE = join(FOLDER, 'db');
const NOW = '2026-01-03T00:00:00Z';
after(() => rmSync(FOLDER, { recursive: true, force: true }));

/** Typical images. */
const IMAGES = [
  'alpine-3.20.oci.tar',
  'alpine-3.11.oci.tar',
  'debian-trixie-slim.oci.tar',
  'rpm-rocky9.oci.tar',
  'rpm-fedora35.docker.tar.zst',
  'rpm-sle15.oci.tar',
  'wolfi-base.oci.tar',
  'node-api-alpine.docker.tar.zst',
  'python-mini.oci.tar',
  'java-mini.docker.tar.zst',
  'go-scratch-arm64.docker.tar.zst',
  'go-distroless.oci.tar',
  'go-web-alpine.oci.tar',
  'many-layers-60.oci.tar',
] as const;

const SYSTEMS: readonly (SystemSeed & { readonly ecosystem: string })[] = [
  { ecosystem: 'apk', name: 'alpine', major: '3', minor: '20' },
  { ecosystem: 'apk', name: 'alpine', major: '3', minor: '11' },
  { ecosystem: 'apk', name: 'wolfi', label: 'rolling' },
  { ecosystem: 'deb', name: 'debian', major: '12', codename: 'bookworm' },
  { ecosystem: 'deb', name: 'debian', major: '13', codename: 'trixie' },
  { ecosystem: 'rpm', name: 'rockylinux', releaseId: 'rocky', major: '9' },
  { ecosystem: 'rpm', name: 'fedora', major: '35' },
  { ecosystem: 'rpm', name: 'sles', major: '15', minor: '3' },
];

const LANGUAGES = ['npm', 'python', 'java-archive', 'go-module'] as const;
const STATEMENTS_EACH = 40;

/** Statements about packages that no image has: data exists, and nothing is found. */
function createStatements(more: Partial<StatementSeed>): readonly StatementSeed[] {
  return Array.from({ length: STATEMENTS_EACH }, (_, index) => ({
    id: `CVE-2030-${String(index).padStart(4, '0')}`,
    provider: 'test',
    name: `nonesuch-${index}`,
    ranges: [{ scheme: 'semver', constraint: '< 2', fix: '2' }],
    ...more,
  }));
}

suite('typical images', { skip: shared === undefined ? SKIP_REASON : false }, () => {
  before(async () => {
    const systems = SYSTEMS.map(({ ecosystem: _, ...system }) => system);
    const statements = [
      ...SYSTEMS.flatMap(({ ecosystem }, system) => createStatements({ ecosystem, system })),
      ...LANGUAGES.flatMap((ecosystem) => createStatements({ ecosystem })),
    ];
    const source = join(FOLDER, 'source.db');
    writeAdvisorySource(source, { systems, statements });
    const options = { progress: SILENT, limits: DEFAULT_LIMITS, now: NOW };
    await importDatabase(source, DATABASE, options);
  });

  for (const image of IMAGES) {
    test(`${image} is complete and passes its gate`, async () => {
      const assessment = await scan(join(shared ?? '', 'corpus', 'images', image), {
        database: DATABASE,
        now: NOW,
        gates: { severity: 'low' },
      });
      const { reasons } = assessCompleteness(assessment);
      const { findings, verdict } = assessment;
      assert.deepEqual(
        [reasons, findings.unevaluated, findings.findings, verdict?.outcome],
        [[], [], [], 'pass'],
      );
    });
  }
});
