import {
  type CpeCorrection,
  PROVEN_CORRECTIONS,
  UNPROVEN_CORRECTIONS,
} from './cpe-corrections.data.ts';

const TABLES = [PROVEN_CORRECTIONS, UNPROVEN_CORRECTIONS];

/** Rows for all names with a common beginning. */
const FAMILIES = TABLES.flatMap((table) =>
  Object.entries(table).flatMap(([type, byName]) =>
    Object.entries(byName)
      .filter(([name]) => name.endsWith('*'))
      .map(([name, row]) => ({ type, beginning: name.slice(0, -1), row })),
  ),
);

/** Returns the correction for a package by type and name; empty if the tables have none. */
export function findCorrection(type: string, name: string): CpeCorrection {
  const [first, second, ...more] = findRows(type, name);
  return second === undefined ? (first ?? {}) : [second, ...more].reduce(mergeRows, first ?? {});
}

function findRows(type: string, name: string): readonly CpeCorrection[] {
  const named = TABLES.flatMap((table) => {
    const byName = Object.hasOwn(table, type) ? table[type] : undefined;
    const row = byName && Object.hasOwn(byName, name) ? byName[name] : undefined;
    return row === undefined ? [] : [row];
  });
  return named.length > 0
    ? named
    : FAMILIES.filter((each) => each.type === type && name.startsWith(each.beginning)).map(
        ({ row }) => row,
      );
}

function mergeRows(left: CpeCorrection, right: CpeCorrection): CpeCorrection {
  return {
    addProducts: [...(left.addProducts ?? []), ...(right.addProducts ?? [])],
    addVendors: [...(left.addVendors ?? []), ...(right.addVendors ?? [])],
    dropProducts: [...(left.dropProducts ?? []), ...(right.dropProducts ?? [])],
    dropVendors: [...(left.dropVendors ?? []), ...(right.dropVendors ?? [])],
  };
}
