// Draws names from the recorded database with versions at, just below and just above the bounds of
// their ranges, runs Grype and ours on them, and proves each difference row by row: `npm run
// conformance -- borders --grype PATH --seed N --packages N`. With `--parity` of ours, no
// differences are allowed. Each difference of the default mode needs a ground that holds for that
// row, proven by Grype's own database and the ecosystem's own tool (see `tools/version-oracle.ts`
// for how a tool is named). `--as FROM=TO` moves the packages of one ecosystem to another, such as
// hex, for which no advisories are recorded. `--keep FOLDER` keeps documents and answers in that
// directory and runs Grype only once.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { readInventory } from '../../src/assess/read-inventory.ts';
import type { AdvisoryDatabase } from '../../src/foundation/core/advisory.ts';
import { openDatabase } from '../../src/vulnerability/advisory/open-database.ts';
import { matchPackages } from '../support/match.ts';
import { BORDER_GROUNDS, StatedRanges } from './border-grounds.ts';
import { type BorderList, drawBorderLists, writeList } from './border-packages.ts';
import { requestOrders } from './border-ranges.ts';
import {
  type BorderRow,
  listDifferingRows,
  listKeys,
  type WrittenFindings,
} from './border-rows.ts';
import { GrypeProgram } from './grype-program.ts';
import { NativeOrders } from './native-orders.ts';
import {
  findRecordedArchive,
  importRecordedDatabase,
  replaceEcosystems,
  unpackSource,
} from './recorded-database.ts';
import { withFolder, writeReport } from './score.ts';
import { requireSharedMaterial } from './shared-material.ts';

const { values } = parseArgs({
  options: {
    grype: { type: 'string', default: 'grype' },
    seed: { type: 'string', default: '1' },
    packages: { type: 'string', default: '300' },
    as: { type: 'string', multiple: true, default: [] },
    keep: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const NOW = '2026-11-24T23:23:36Z';
const TOOL = { name: 'plimsoll', version: '0' };
const SHOWN_MAX = values.verbose ? 10_000 : 20;

/** Returns Grype's result for a document; runs Grype again only if the document has changed. */
function runGrype(grype: GrypeProgram, document: string, folder: string): WrittenFindings {
  const asked = [document, ...values.as].join('\0');
  const name = createHash('sha256').update(asked).digest('hex').slice(0, 16);
  const file = join(folder, `${name}.cdx.json`);
  const answer = join(folder, `${name}.grype.json`);
  if (!existsSync(answer)) {
    writeFileSync(file, document);
    const output = grype.run([`sbom:${file}`, '-q', '-o', 'json']);
    if (output === undefined) {
      throw new Error(`Grype does not read ${file}`);
    }
    writeFileSync(answer, output);
  }
  return JSON.parse(readFileSync(answer, 'utf8')) as WrittenFindings;
}

interface Compared {
  readonly rows: readonly BorderRow[];
  readonly expected: number;
  /** `ID TYPE NAME VERSION` of packages that ours could not evaluate. */
  readonly unevaluated: readonly string[];
}

interface Places {
  readonly database: AdvisoryDatabase;
  readonly folder: string;
  /** Directory of Grype's answers. */
  readonly kept: string;
}

async function compare(
  list: BorderList,
  grype: GrypeProgram,
  { database, folder, kept }: Places,
): Promise<Compared> {
  const document = writeList(list);
  const theirs = runGrype(grype, document, kept);
  const file = join(folder, 'document.cdx.json');
  writeFileSync(file, document);
  const inventory = await readInventory(`sbom:${file}`, { temporaryFolder: folder });
  const byKey = new Map(inventory.packages.map((item) => [item.key, item]));
  const unevaluated: string[] = [];
  const rows = [true, false].flatMap((isParity) => {
    const findings = matchPackages(inventory, database, { isParity, now: NOW });
    const written = join(folder, 'findings.json');
    const report = { tool: TOOL, inventory, findings, configuration: {} };
    writeReport(report, 'grype-json', written, { isParity });
    const ours = JSON.parse(readFileSync(written, 'utf8')) as WrittenFindings;
    if (!isParity) {
      for (const { packageKey, vulnerability = '*' } of findings.unevaluated) {
        const { type, name, version } = byKey.get(packageKey) ?? {};
        unevaluated.push([vulnerability, type, name, version].join(' '));
      }
    }
    const mode = isParity ? 'parity' : 'default';
    return listDifferingRows(theirs, ours, { mode, list: list.name });
  });
  return { rows, expected: listKeys(theirs).size, unevaluated };
}

function formatRow({ mode, kind, list, id, type, name, version, purl, ranges, detail }: BorderRow) {
  const held = ranges.map((range) => `${range.version} in ${range.constraint}`).join('; ');
  return [mode, kind, list, id, type, name, version, purl, held, detail].join(' ').trim();
}

await withFolder(async (folder) => {
  const shared = requireSharedMaterial();
  const kept = values.keep ?? join(folder, 'answers');
  mkdirSync(kept, { recursive: true });
  const file = unpackSource(shared, folder);
  const archive =
    values.as.length > 0 ? replaceEcosystems(file, values.as) : findRecordedArchive(shared);
  using database = openDatabase(await importRecordedDatabase(shared, folder, NOW, archive));
  const grype = new GrypeProgram(values.grype, shared, folder, archive);
  const lists = drawBorderLists(file, Number(values.seed), Number(values.packages));
  const compared: Compared[] = [];
  for (const list of lists) {
    compared.push(await compare(list, grype, { database, folder, kept }));
  }
  const rows = compared.flatMap((one) => one.rows);
  const unevaluated = new Set(compared.flatMap((one) => one.unevaluated));
  const orders = new NativeOrders();
  rows.forEach((row) => requestOrders(row, orders));
  orders.runTools();
  using source = new DatabaseSync(file, { readOnly: true });
  const evidence = {
    orders,
    stated: new StatedRanges(source),
    isUnevaluated: ({ id, type, name, version }: BorderRow) =>
      [id, '*'].some((about) => unevaluated.has([about, type, name, version].join(' '))),
  };
  const findGround = (row: BorderRow): string =>
    row.mode === 'parity'
      ? ''
      : (BORDER_GROUNDS.find(
          ({ kinds, isProven }) => kinds.includes(row.kind) && isProven(row, evidence),
        )?.id ?? '');
  const byGround = Map.groupBy(rows, findGround);
  const open = byGround.get('') ?? [];
  open.slice(0, SHOWN_MAX).forEach((row) => console.log(`UNEXPLAINED ${formatRow(row)}`));
  for (const { id } of BORDER_GROUNDS) {
    const found = byGround.get(id) ?? [];
    const missing = found.filter(({ kind }) => kind === 'missing').length;
    console.log(`proven: ${id}: ${missing} missing, ${found.length - missing} more`);
  }
  orders.absent.forEach((tool) =>
    console.log(`skipped: ${tool} is not installed, so our version scheme is used`),
  );
  const expected = compared.reduce((sum, one) => sum + one.expected, 0);
  const parity = open.filter(({ mode }) => mode === 'parity').length;
  console.log(
    `${lists.length} lists, ${expected} findings of Grype; ${parity} differ with --parity,` +
      ` ${rows.length - parity} by default, of which ${open.length - parity} are unexplained`,
  );
  process.exitCode = open.length === 0 && expected > 0 ? 0 : 1;
});
