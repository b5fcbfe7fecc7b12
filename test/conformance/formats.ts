// Writes every format and version of every recorded target in three readings, compares the bytes,
// and holds each document against its schema and against other programs that read it:
// `npm run conformance:formats`. Prints a matrix of formats and targets.
import { hash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { openDatabase } from '../../src/advisory/open-database.ts';
import type { AdvisoryDatabase } from '../../src/core/advisory.ts';
import type { Report } from '../../src/core/format.ts';
import { evaluate } from '../../src/scan/evaluate.ts';
import { readInventory } from '../../src/scan/scan.ts';
import { FormatChecker, writtenDocuments } from './format-check.ts';
import { otherReaders } from './other-readers.ts';
import { importedDatabase } from './recorded-database.ts';
import { withFolder } from './score.ts';
import { requiredMaterial } from './shared-material.ts';
import { corpusTargets, type RecordedTarget } from './targets.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    syft: { type: 'string' },
    trivy: { type: 'string' },
    python: { type: 'string' },
  },
});

const TOOL = { name: 'plimsoll', version: '0' };
const NOW = '2026-11-25T00:00:00Z';
const RUNS = 3;

/** What became of one format of one target: the letter of it, and what held it to be good. */
const MARKS = { good: '+', fault: 'X', differs: 'D' } as const;

class Matrix {
  readonly #rows = new Map<string, { readonly marks: Map<string, string>; by: Set<string> }>();
  faults = 0;

  mark(format: string, target: string, mark: string): void {
    const row = this.#rowOf(format);
    if (row.marks.get(target) === undefined || mark !== MARKS.good) {
      row.marks.set(target, mark);
    }
    this.faults += mark === MARKS.good ? 0 : 1;
  }

  checkedBy(format: string, by: string): void {
    this.#rowOf(format).by.add(by);
  }

  print(targets: readonly string[]): void {
    console.log(targets.map((name, index) => `${index + 1} ${name}`).join(', '));
    for (const [format, { marks, by }] of [...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const cells = targets.map((target) => marks.get(target) ?? ' ').join('');
      console.log(`${format.padEnd(30)} ${cells}  ${[...by].join(', ')}`);
    }
  }

  #rowOf(format: string): { readonly marks: Map<string, string>; by: Set<string> } {
    const row = this.#rows.get(format) ?? { marks: new Map(), by: new Set<string>() };
    this.#rows.set(format, row);
    return row;
  }
}

const shared = requiredMaterial();
const matrix = new Matrix();
const names: string[] = [];

await withFolder(async (temporaryFolder) => {
  const checker = new FormatChecker(shared, temporaryFolder, otherReaders(values));
  using database = openDatabase(await importedDatabase(shared, temporaryFolder, NOW));
  for (const target of corpusTargets(shared, temporaryFolder, new RegExp(values.only))) {
    names.push(target.name);
    await judge(target, { checker, database, temporaryFolder });
  }
});

interface Surroundings {
  readonly checker: FormatChecker;
  readonly database: AdvisoryDatabase;
  readonly temporaryFolder: string;
}

async function judge({ name, input }: RecordedTarget, around: Surroundings): Promise<void> {
  const digests = new Map<string, string>();
  for (let run = 0; run < RUNS; run += 1) {
    const { temporaryFolder, database } = around;
    const inventory = await readInventory(input, { name, temporaryFolder });
    const report: Report = { tool: TOOL, inventory, configuration: {} };
    const findings = evaluate(inventory, database, { now: NOW });
    for (const [suffix, each] of [
      ['', report],
      [' with findings', { ...report, findings }],
    ] as const) {
      for (const { format, text } of writtenDocuments(each)) {
        const digest = hash('sha256', text);
        const key = `${format}${suffix}`;
        const isSame = (digests.get(key) ?? digest) === digest;
        digests.set(key, digest);
        matrix.mark(key, name, isSame ? MARKS.good : MARKS.differs);
      }
      if (run === 0) {
        for (const { format, by, fault } of around.checker.check(each)) {
          matrix.checkedBy(`${format}${suffix}`, by);
          matrix.mark(`${format}${suffix}`, name, fault === '' ? MARKS.good : MARKS.fault);
          if (fault !== '') {
            console.log(`FAULT ${name} ${format}${suffix} (${by}): ${fault}`);
          }
        }
      }
    }
  }
}

matrix.print(names);
console.log(
  `${names.length} targets, ${matrix.faults} faults; ${RUNS} readings each;` +
    ' + good and the same bytes, X not valid or not read, D other bytes',
);
process.exitCode = matrix.faults === 0 && names.length > 0 ? 0 : 1;
