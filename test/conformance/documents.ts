// Runs other programs to write SBOMs of every recorded target, reads each, and compares the
// findings with Grype's for the same file and the same database: `npm run conformance -- documents
// --grype PATH --syft PATH --trivy PATH --scalibr PATH`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { AdvisoryDatabase } from '../../src/foundation/core/advisory.ts';
import { UserError } from '../../src/foundation/core/error.ts';
import { openDatabase } from '../../src/vulnerability/advisory/open-database.ts';
import { DocumentDifferences } from './document-differences.ts';
import { type DocumentWriter, SCALIBR, SYFT, TRIVY } from './document-writers.ts';
import { GrypeProgram } from './grype-program.ts';
import { listFindingKeys, listKeys, subtractKeys } from './peer-documents.ts';
import { importRecordedDatabase } from './recorded-database.ts';
import { withFolder } from './score.ts';
import { requireSharedMaterial } from './shared-material.ts';
import { listCorpusTargets, type RecordedTarget } from './targets.ts';

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
const EXAMPLES = values.verbose ? 1000 : 3;

/** Returns whether a program exits successfully. */
function hasRun(program: string, args: readonly string[]): boolean {
  const env = { ...process.env, SYFT_CHECK_FOR_APP_UPDATE: 'false' };
  return spawnSync(program, args, { env, stdio: 'ignore' }).status === 0;
}

interface Document {
  readonly label: string;
  readonly file: string;
}

/** Creates the documents of one target and returns those that were written. */
function writeDocuments(target: RecordedTarget, folder: string): Document[] {
  const writers: readonly (readonly [DocumentWriter, string | undefined])[] = [
    [SYFT, values.syft],
    [TRIVY, values.trivy],
    [SCALIBR, values.scalibr],
  ];
  return writers.flatMap(([{ name, formats, args }, program]) => {
    if (program === undefined) {
      return [];
    }
    const files = new Map(
      formats.map((format) => [format, join(folder, `${target.name}.${name}.${format}`)]),
    );
    for (const each of args(target, files, folder)) {
      if (!hasRun(program, each)) {
        console.log(`UNWRITTEN ${target.name}: ${name} ${each.join(' ')}`);
      }
    }
    return [...files]
      .filter(([, file]) => existsSync(file))
      .map(([format, file]) => ({ label: `${name} ${format}`, file }));
  });
}

/** Returns `undefined` if Grype cannot read the document. */
function readGrypeKeys(file: string, grype: GrypeProgram): ReadonlySet<string> | undefined {
  const output = grype.run([`sbom:${file}`, '-q', '-o', 'json']);
  return output === undefined ? undefined : listKeys(JSON.parse(output));
}

/** Returns `undefined` if we cannot read the document. */
async function ownKeys(
  file: string,
  database: AdvisoryDatabase,
  folder: string,
): Promise<ReadonlySet<string> | undefined> {
  try {
    return await listFindingKeys(file, { database, folder, now: NOW });
  } catch (error) {
    if (error instanceof UserError) {
      console.log(`UNREAD ${file}: ${error.message}`);
      return undefined;
    }
    throw error;
  }
}

const differences = new DocumentDifferences();
const totals = { equal: 0, listed: 0, differing: 0, unread: 0, onlyOurs: 0 };

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
  const onlyGrype = subtractKeys(grype, ours);
  const onlyOurs = subtractKeys(ours, grype);
  if (onlyGrype.length + onlyOurs.length === 0) {
    totals.equal += 1;
    return `${ours.size}=`;
  }
  const unexplained = [
    ...differences.listUnexplained(onlyGrype, { target: name, document: label, only: 'grype' }),
    ...differences.listUnexplained(onlyOurs, { target: name, document: label, only: 'ours' }),
  ];
  if (unexplained.length === 0) {
    totals.listed += 1;
  } else {
    totals.differing += 1;
    console.log(`DIFFERS ${name} ${label}`);
    unexplained.slice(0, EXAMPLES).forEach((line) => console.log(`  ${line}`));
  }
  return `${grype.size}-${onlyGrype.length}+${onlyOurs.length}${unexplained.length === 0 ? 'l' : ''}`;
}

await withFolder(async (folder) => {
  const shared = requireSharedMaterial();
  mkdirSync(folder, { recursive: true });
  using database = openDatabase(await importRecordedDatabase(shared, folder, NOW));
  const grype = new GrypeProgram(values.grype ?? 'grype', shared, folder);
  for (const target of listCorpusTargets(shared, folder, new RegExp(values.only))) {
    const cells: string[] = [];
    for (const document of writeDocuments(target, folder)) {
      const ours = await ownKeys(document.file, database, folder);
      const cell = compare(document, target.name, readGrypeKeys(document.file, grype), ours);
      cells.push(`${document.label} ${cell}`);
    }
    console.log(`${target.name}: ${cells.join(', ')}`);
  }
});

const unused = values.only === '' ? differences.listUnused() : [];
unused.forEach((line) => console.log(`LISTED FOR NOTHING ${line}`));
console.log(
  `${totals.equal} documents equal, ${totals.listed} differ as listed, ${totals.differing} differ` +
    ` otherwise, ${totals.onlyOurs} not read by Grype, ${totals.unread} not read by us; N= the same` +
    ' N findings, N-A+B Grype has N, we lack A of them and have B more, l all of these are listed' +
    ' with a reason, (N) only we read it, ! not read',
);
const faults = totals.unread + totals.differing + unused.length;
process.exitCode = faults === 0 && totals.equal > 0 ? 0 : 1;
