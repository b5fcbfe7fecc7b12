import type { IndexSchema, TableSchema } from './schema.data.ts';
import type { EngineName } from './store-engine.ts';

/** The names of types in each engine. Texts are sorted by their bytes everywhere. */
const TYPES = {
  sqlite: { integer: 'integer', bigint: 'bigint', text: 'text', blob: 'blob' },
  postgresql: { integer: 'integer', bigint: 'bigint', text: 'text collate "C"', blob: 'bytea' },
} as const;

/** Returns the type of a column, without the mark of missing values. */
export function toColumnType(type: string): keyof (typeof TYPES)['sqlite'] {
  return type.replace('?', '') as keyof (typeof TYPES)['sqlite'];
}

/** Writes the statements that create a table and its indexes. */
export function writeTableStatements(
  name: string,
  { columns, key, isClustered = false, indexes = [] }: TableSchema,
  engine: EngineName,
): readonly string[] {
  const lines = Object.entries(columns).map(([column, type]) => {
    const constraint = type.endsWith('?') ? '' : ' not null';
    return `"${column}" ${TYPES[engine][toColumnType(type)]}${constraint}`;
  });
  const all = [...lines, `primary key (${quoteNames(key)})`].join(', ');
  const order = isClustered && engine === 'sqlite' ? ' without rowid' : '';
  return [
    `create table "${name}" (${all})${order}`,
    ...indexes.map((index) => writeIndexStatement(name, index)),
  ];
}

function writeIndexStatement(table: string, index: IndexSchema): string {
  const { name, columns, isUnique = false, condition } = index;
  const unique = isUnique ? 'unique ' : '';
  const where = condition === undefined ? '' : ` where ${condition}`;
  return `create ${unique}index "${name}" on "${table}" (${quoteNames(columns)})${where}`;
}

export function quoteNames(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

/** Writes the end of an insertion whose rows replace those with the same keys. */
export function writeConflictClause(columns: readonly string[], keys: readonly string[]): string {
  if (keys.length === 0) {
    return '';
  }
  const replaced = columns
    .filter((column) => !keys.includes(column))
    .map((column) => `"${column}" = excluded."${column}"`);
  const action = replaced.length === 0 ? 'nothing' : `update set ${replaced.join(', ')}`;
  return ` on conflict (${quoteNames(keys)}) do ${action}`;
}
