// Writes every format and version of every recorded target in three readings, compares the bytes,
// and checks each document with its schema and with other programs that read it: `npm run
// conformance -- formats`. Prints a matrix of formats and targets.

import { hash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { decide } from '../../src/assess/decide.ts';
import { evaluate } from '../../src/assess/evaluate.ts';
import { readInventory } from '../../src/assess/read-inventory.ts';
import type { AdvisoryDatabase } from '../../src/foundation/core/advisory.ts';
import type { Findings } from '../../src/foundation/core/finding.ts';
import type { Inventory } from '../../src/foundation/core/inventory.ts';
import { createGrypeStrategy } from '../../src/report/compat/grype/parity/grype-strategy.ts';
import { openDatabase } from '../../src/vulnerability/advisory/open-database.ts';
import { toReport } from '../support/sample-report.ts';
import { FormatChecker, type Verdict, writeAllDocuments } from './format-check.ts';
import { GrypeProgram } from './grype-program.ts';
import { compareGrypeOutput } from './grype-reader.ts';
import { listOtherReaders } from './other-readers.ts';
import { importRecordedDatabase } from './recorded-database.ts';
import { withFolder } from './score.ts';
import { requireSharedMaterial } from './shared-material.ts';
import { listCorpusTargets, type RecordedTarget } from './targets.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    syft: { type: 'string' },
    trivy: { type: 'string' },
    python: { type: 'string' },
    grype: { type: 'string' },
    schema: { type: 'string', multiple: true, default: [] },
  },
});

const TOOL = { name: 'plimsoll', version: '0' };
const NOW = '2026-11-25T00:00:00Z';
const RUNS = 3;
const WITH_FINDINGS = ' with findings';

/** Result of one format of one target: its letter, and the check that accepted it. */
const MARKS = { good: '+', fault: 'X', differs: 'D' } as const;

class Matrix {
  readonly #rows = new Map<string, { readonly marks: Map<string, string>; by: Set<string> }>();
  faults = 0;

  mark(format: string, target: string, mark: string): void {
    const row = this.#getRow(format);
    if (row.marks.get(target) === undefined || mark !== MARKS.good) {
      row.marks.set(target, mark);
    }
    this.faults += mark === MARKS.good ? 0 : 1;
  }

  markChecked(format: string, by: string): void {
    this.#getRow(format).by.add(by);
  }

  print(targets: readonly string[]): void {
    console.log(targets.map((name, index) => `${index + 1} ${name}`).join(', '));
    for (const [format, { marks, by }] of [...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const cells = targets.map((target) => marks.get(target) ?? ' ').join('');
      console.log(`${format.padEnd(30)} ${cells}  ${[...by].join(', ')}`);
    }
  }

  #getRow(format: string): { readonly marks: Map<string, string>; by: Set<string> } {
    const row = this.#rows.get(format) ?? { marks: new Map(), by: new Set<string>() };
    this.#rows.set(format, row);
    return row;
  }
}

const shared = requireSharedMaterial();
const matrix = new Matrix();
const names: string[] = [];

await withFolder(async (temporaryFolder) => {
  const schemas = new Map(
    values.schema.map((text): [string, string] => {
      const [format = '', ...file] = text.split('=');
      return [format, file.join('=')];
    }),
  );
  const checker = new FormatChecker(shared, temporaryFolder, {
    readers: listOtherReaders(values),
    schemas,
  });
  const grype =
    values.grype === undefined
      ? undefined
      : new GrypeProgram(values.grype, shared, temporaryFolder);
  using database = openDatabase(await importRecordedDatabase(shared, temporaryFolder, NOW));
  for (const target of listCorpusTargets(shared, temporaryFolder, new RegExp(values.only))) {
    names.push(target.name);
    await judge(target, { checker, database, temporaryFolder, grype });
  }
});

interface Surroundings {
  readonly checker: FormatChecker;
  readonly database: AdvisoryDatabase;
  readonly temporaryFolder: string;
  readonly grype: GrypeProgram | undefined;
}

/** Returns the findings and the decisions made without any user input. */
function findFindings(
  inventory: Inventory,
  database: AdvisoryDatabase,
  isParity: boolean,
): Findings {
  const found = evaluate(inventory, database, {
    now: NOW,
    ...(isParity ? { strategy: createGrypeStrategy() } : {}),
  });
  return decide(found, inventory, {
    filters: { ignoredStates: [] },
    ignoreFiles: [],
    vexDocuments: [],
    isDerived: !isParity,
    now: NOW,
  });
}

async function judge({ name, input }: RecordedTarget, around: Surroundings): Promise<void> {
  const digests = new Map<string, string>();
  const { temporaryFolder, database, checker, grype } = around;
  for (let run = 0; run < RUNS; run += 1) {
    const inventory = await readInventory(input, { name, temporaryFolder });
    const report = toReport({ tool: TOOL, inventory, configuration: {} });
    const reports = [
      ['', report],
      [WITH_FINDINGS, toReport({ ...report, findings: findFindings(inventory, database, false) })],
    ] as const;
    for (const [suffix, each] of reports) {
      for (const { format, text } of writeAllDocuments(each)) {
        const digest = hash('sha256', text);
        const key = `${format}${suffix}`;
        const isSame = (digests.get(key) ?? digest) === digest;
        digests.set(key, digest);
        matrix.mark(key, name, isSame ? MARKS.good : MARKS.differs);
      }
      if (run === 0) {
        enter(name, suffix, checker.check(each));
      }
    }
    if (run === 0 && grype !== undefined) {
      const findings = findFindings(inventory, database, true);
      enter(
        name,
        WITH_FINDINGS,
        compareGrypeOutput(grype, { ...report, findings }, temporaryFolder),
      );
    }
  }
}

function enter(name: string, suffix: string, verdicts: readonly Verdict[]): void {
  for (const { format, by, fault } of verdicts) {
    const key = `${format}${suffix}`;
    matrix.markChecked(key, by);
    matrix.mark(key, name, fault === '' ? MARKS.good : MARKS.fault);
    if (fault !== '') {
      console.log(`FAULT ${name} ${key} (${by}): ${fault}`);
    }
  }
}

matrix.print(names);
console.log(
  `${names.length} targets, ${matrix.faults} faults; ${RUNS} readings each;` +
    ' + good and the same bytes, X not valid or not read, D other bytes',
);
process.exitCode = matrix.faults === 0 && names.length > 0 ? 0 : 1;
