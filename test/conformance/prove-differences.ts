import type { QuirkId } from '../../src/report/compat/grype/parity/quirks.data.ts';
import { type DifferingRow, type Evidence, GROUNDS, type Ground } from './default-grounds.ts';
import type { Score } from './score.ts';

export interface ProvenRow {
  readonly row: DifferingRow;
  readonly ground: Ground;
}

interface Given extends Omit<Evidence, 'isReported'> {
  /** Our findings: vulnerability and package name. */
  readonly reported: ReadonlySet<string>;
}

/**
 * Proves the intended differences of the default mode, each with its ground: the one answer of
 * Grype's under which it disappears and whose condition holds for that row.
 */
export function proveDifferences(
  lines: readonly string[],
  under: (quirk: QuirkId) => Score,
  { reported, ...given }: Given,
): readonly ProvenRow[] {
  const rows = lines.flatMap(parseRow);
  const remaining = new Map<QuirkId, ReadonlySet<string>>();
  const isExplained = (row: DifferingRow, quirk: QuirkId): boolean => {
    const left = remaining.get(quirk) ?? new Set(under(quirk).lines.map((line) => line.trim()));
    remaining.set(quirk, left);
    return !left.has(row.line);
  };
  const evidence: Evidence = {
    ...given,
    isReported: (id, name) => reported.has(`${id} ${name}`),
  };
  return rows.flatMap((row) => {
    const ground = GROUNDS.find(
      ({ id, kinds, isProven }) =>
        kinds.includes(row.kind) &&
        (id === 'distro-with-little-data' || isExplained(row, id)) &&
        isProven(row, evidence),
    );
    return ground === undefined ? [] : [{ row, ground }];
  });
}

const KINDS = new Set(GROUNDS.flatMap(({ kinds }) => kinds));
/** As in `how        CVE-2020-1 apk musl 1.1.24-r2: want … got …`. */
const LINE = /^(\S+) +(?:(?:missing|extra) )?(\S+) (\S+) (.+?) (\S+?)(?:: want .*| \([a-z,-]*\))?$/;

function parseRow(text: string): readonly DifferingRow[] {
  const line = text.trim();
  const [, kind = '', id = '', type = '', name = '', version = ''] = LINE.exec(line) ?? [];
  return KINDS.has(kind) ? [{ kind, id, type, name, version, line }] : [];
}
