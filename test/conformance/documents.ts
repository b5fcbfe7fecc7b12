// Has other programs write SBOMs of every recorded target, reads each, and compares the findings
// with those that Grype has by the same file and the same database:
// `npm run conformance:documents -- --grype PATH --syft PATH --trivy PATH --scalibr PATH`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../../src/advisory/open-database.ts';
import type { AdvisoryDatabase } from '../../src/core/advisory.ts';
import { UserError } from '../../src/core/error.ts';
import { findingKeys, keysOf, missing } from './peer-documents.ts';
import { importedDatabase } from './recorded-database.ts';
import { withFolder } from './score.ts';
import { requiredMaterial } from './shared-material.ts';
import { corpusTargets, type RecordedTarget } from './targets.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    grype: { type: 'string' },
    syft: { type: 'string' },
    trivy: { type: 'string' },
    scalibr: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

const NOW = '2026-11-24T23:23:36Z';
const OUTPUT_BYTES_MAX = 2 ** 29;
const EXAMPLES = values.verbose ? 1000 : 3;

/** Never ask the network for anything. */
const OFFLINE = {
  GRYPE_CHECK_FOR_APP_UPDATE: 'false',
  GRYPE_DB_AUTO_UPDATE: 'false',
  GRYPE_DB_VALIDATE_AGE: 'false',
  SYFT_CHECK_FOR_APP_UPDATE: 'false',
};

interface Writer {
  readonly name: string;
  /** The formats that it writes, in the program's own words. */
  readonly formats: readonly string[];
  /** The arguments by which it writes one format, or all that `files` names, of a target. */
  args(
    target: RecordedTarget,
    files: ReadonlyMap<string, string>,
    folder: string,
  ): readonly (readonly string[])[];
}

const SYFT_FORMATS = [
  'syft-json',
  ...['1.2', '1.3', '1.4', '1.5', '1.6', '1.7'].map((version) => `cyclonedx-json@${version}`),
  ...['1.0', '1.1', '1.2', '1.3', '1.4', '1.7'].map((version) => `cyclonedx-xml@${version}`),
  ...['2.2', '2.3', '3.0'].map((version) => `spdx-json@${version}`),
  ...['2.1', '2.2', '2.3'].map((version) => `spdx-tag-value@${version}`),
  'purls',
  'github-json',
];

const SYFT: Writer = {
  name: 'syft',
  formats: SYFT_FORMATS,
  args: ({ name, input }, files) => [
    [
      'scan',
      input,
      '-q',
      '--source-name',
      name,
      ...[...files].flatMap(([format, file]) => ['-o', `${format}=${file}`]),
    ],
  ],
};

const TRIVY: Writer = {
  name: 'trivy',
  formats: ['cyclonedx', 'spdx-json', 'spdx', 'github'],
  args: ({ name, input }, files, folder) => {
    // Of images of OCI, it reads only what lies in a folder.
    const path = input.startsWith('oci-archive:')
      ? layoutOf(pathOf(input), join(folder, `${name}.layout`))
      : pathOf(input);
    return [...files].map(([format, file]) => [
      ...(input.startsWith('dir:') ? ['fs', path] : ['image', '--input', path]),
      '--quiet',
      '--offline-scan',
      '--skip-version-check',
      '--skip-java-db-update',
      '--format',
      format,
      '--output',
      file,
    ]);
  },
};

function layoutOf(archive: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  run('tar', ['-xf', archive, '-C', folder]);
  return folder;
}

/** It reads folders, and of archives only those that Docker writes. */
const SCALIBR: Writer = {
  name: 'scalibr',
  formats: ['cdx-json', 'cdx-xml', 'spdx23-json', 'spdx23-tag-value'],
  args: ({ input }, files) => [
    [
      ...(input.startsWith('dir:')
        ? ['--root', pathOf(input)]
        : ['--image-tarball', pathOf(input)]),
      ...[...files].flatMap(([format, file]) => ['-o', `${format}=${file}`]),
    ],
  ],
};

function pathOf(input: string): string {
  return input.slice(input.indexOf(':') + 1);
}

function run(
  program: string,
  args: readonly string[],
  environment: object = {},
): string | undefined {
  const { status, stdout } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...OFFLINE, ...environment },
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  return status === 0 ? stdout : undefined;
}

interface Document {
  readonly label: string;
  readonly file: string;
}

/** The documents of one target that came to be. */
function documentsOf(target: RecordedTarget, folder: string): Document[] {
  const writers = [
    [SYFT, values.syft],
    [TRIVY, values.trivy],
    [SCALIBR, values.scalibr],
  ] as const;
  return writers.flatMap(([{ name, formats, args }, program]) => {
    if (program === undefined) {
      return [];
    }
    const files = new Map(
      formats.map((format) => [format, join(folder, `${target.name}.${name}.${format}`)]),
    );
    for (const each of args(target, files, folder)) {
      if (run(program, each) === undefined) {
        console.log(`UNWRITTEN ${target.name}: ${name} ${each.join(' ')}`);
      }
    }
    return [...files]
      .filter(([, file]) => existsSync(file))
      .map(([format, file]) => ({ label: `${name} ${format}`, file }));
  });
}

/** `undefined` where Grype does not read it. */
function grypeKeys(file: string, cache: string): ReadonlySet<string> | undefined {
  const output = run(values.grype ?? 'grype', [`sbom:${file}`, '-q', '-o', 'json'], {
    GRYPE_DB_CACHE_DIR: cache,
  });
  return output === undefined ? undefined : keysOf(JSON.parse(output));
}

/** `undefined` where we do not read it. */
async function ownKeys(
  file: string,
  database: AdvisoryDatabase,
  folder: string,
): Promise<ReadonlySet<string> | undefined> {
  try {
    return await findingKeys(file, { database, folder, now: NOW });
  } catch (error) {
    if (error instanceof UserError) {
      console.log(`UNREAD ${file}: ${error.message}`);
      return undefined;
    }
    throw error;
  }
}

const totals = { equal: 0, differing: 0, unread: 0, onlyOurs: 0 };

function compare(
  { label }: Document,
  name: string,
  grype: ReadonlySet<string> | undefined,
  ours: ReadonlySet<string> | undefined,
): string {
  if (ours === undefined) {
    totals.unread += 1;
    return '!';
  }
  if (grype === undefined) {
    totals.onlyOurs += 1;
    return `(${ours.size})`;
  }
  const onlyGrype = missing(grype, ours);
  const onlyOurs = missing(ours, grype);
  if (onlyGrype.length + onlyOurs.length === 0) {
    totals.equal += 1;
    return `${ours.size}=`;
  }
  totals.differing += 1;
  for (const [who, keys] of [
    ['only Grype', onlyGrype],
    ['only ours', onlyOurs],
  ] as const) {
    if (keys.length > 0) {
      console.log(`${name} ${label} ${who} ${keys.length}: ${keys.slice(0, EXAMPLES).join(', ')}`);
    }
  }
  return `${grype.size}-${onlyGrype.length}+${onlyOurs.length}`;
}

await withFolder(async (folder) => {
  const shared = requiredMaterial();
  mkdirSync(folder, { recursive: true });
  using database = openDatabase(await importedDatabase(shared, folder, NOW));
  const archives = join(shared, 'advisories', 'grype-v6');
  const archive = readdirSync(archives).find((file) => file.endsWith('.tar.zst')) ?? '';
  const cache = join(folder, 'grype');
  run(values.grype ?? 'grype', ['db', 'import', join(archives, archive)], {
    GRYPE_DB_CACHE_DIR: cache,
  });
  for (const target of corpusTargets(shared, folder, new RegExp(values.only))) {
    const cells: string[] = [];
    for (const document of documentsOf(target, folder)) {
      const ours = await ownKeys(document.file, database, folder);
      const cell = compare(document, target.name, grypeKeys(document.file, cache), ours);
      cells.push(`${document.label} ${cell}`);
    }
    console.log(`${target.name}: ${cells.join(', ')}`);
  }
});

console.log(
  `${totals.equal} documents equal, ${totals.differing} differ, ${totals.onlyOurs} not read by` +
    ` Grype, ${totals.unread} not read by us; N= the same N findings,` +
    ' N-A+B Grype has N, we lack A of them and have B more, (N) only we read it, ! not read',
);
process.exitCode = totals.unread === 0 && totals.equal > 0 ? 0 : 1;
