import { readSqliteTable } from '../../../foundation/bytes/sqlite/sqlite-table.ts';
import type { Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { toText } from '../../../foundation/core/to-text.ts';
import type { NixFact, NixValidPath } from './nix-fact.ts';

/** Columns of the tables in all ten versions of the schema. */
const PATH_COLUMNS = { path: 1, hash: 2, deriver: 4 } as const;
const OUTPUT_COLUMNS = { name: 1, path: 2 } as const;

/** Reads the database of a Nix store, without its journal, if there is one. */
export function readNixDatabase({ content, limits }: WantedFile): Extraction<NixFact> {
  const paths = readSqliteTable(content, 'ValidPaths', limits);
  if (paths.rows.length === 0 && paths.problems.length > 0) {
    return { problems: paths.problems };
  }
  const outputs = readSqliteTable(content, 'DerivationOutputs', limits);
  const references = readSqliteTable(content, 'Refs', limits);
  const fact: NixFact = {
    kind: 'database',
    paths: paths.rows.flatMap((row, index): NixValidPath[] => {
      const path = toText(row[PATH_COLUMNS.path]);
      const hash = toText(row[PATH_COLUMNS.hash]);
      const deriver = toText(row[PATH_COLUMNS.deriver]);
      return path === '' ? [] : [{ id: paths.rowIds[index] ?? 0, path, hash, deriver }];
    }),
    outputs: outputs.rows.map((row) => ({
      name: toText(row[OUTPUT_COLUMNS.name]),
      path: toText(row[OUTPUT_COLUMNS.path]),
    })),
    references: references.rows.flatMap(([referrer, reference]) =>
      typeof referrer === 'number' && typeof reference === 'number'
        ? [[referrer, reference] as const]
        : [],
    ),
  };
  return { fact, problems: [...paths.problems, ...outputs.problems, ...references.problems] };
}
