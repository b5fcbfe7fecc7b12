import { present } from '../../core/assert.ts';
import { compareText } from '../../core/compare-text.ts';
import type { ProductReference, VexDocument, VexStatement } from '../../core/decision.ts';
import { defined } from '../../core/defined.ts';
import { parseStatementTime } from './statement-time.ts';

/** Two documents with contradicting statements about one product. */
export interface Conflict {
  readonly vulnerability: string;
  /** As written. */
  readonly product: string;
  readonly kept: SourcedStatement;
  readonly dropped: SourcedStatement;
}

interface SourcedStatement {
  readonly origin: string;
  readonly statement: VexStatement;
}

export interface MergedDocuments {
  readonly document: VexDocument;
  readonly conflicts: readonly Conflict[];
}

/**
 * Merges several documents into one. Of two statements about one vulnerability and product the
 * later one counts, as if they were applied in order: by time, otherwise by the order of the
 * documents. Each keeps its author. IDs that any statement lists as aliases are equal.
 */
export function mergeDocuments(documents: readonly VexDocument[]): MergedDocuments {
  const ids = mergeIds(documents);
  const kept = new Map<string, SourcedStatement>();
  const conflicts: Conflict[] = [];
  for (const sourced of documents.flatMap(splitStatements)) {
    const key = toStatementKey(sourced.statement, ids);
    const earlier = kept.get(key);
    if (earlier === undefined) {
      kept.set(key, sourced);
      continue;
    }
    const isLater = parseStatementTime(sourced.statement) >= parseStatementTime(earlier.statement);
    const [winner, loser] = isLater ? [sourced, earlier] : [earlier, sourced];
    kept.set(key, { ...winner, statement: addIds(winner.statement, loser.statement) });
    if (winner.statement.status !== loser.statement.status) {
      conflicts.push(toConflict(winner, loser));
    }
  }
  const statements = [...kept.values()].map(({ statement }, index) => ({ ...statement, index }));
  const authors = [...new Set(documents.map(({ author }) => author))].toSorted(compareText);
  const times = statements.flatMap(({ timestamp }) => timestamp ?? []);
  const latest = times.toSorted((left, right) => Date.parse(right) - Date.parse(left))[0];
  return {
    document: {
      format: 'plimsoll',
      origin: documents.map(({ origin }) => origin).join(', '),
      id: documents.map(({ id }) => id).join(', '),
      author: authors.join(', '),
      ...defined({ timestamp: latest }),
      statements,
      problems: documents.flatMap(({ origin, problems }) =>
        problems.map((problem) => `${origin}: ${problem}`),
      ),
    },
    conflicts,
  };
}

/** Splits statements by product, so that each can be compared with those of other documents. */
function splitStatements({ origin, author, statements }: VexDocument): readonly SourcedStatement[] {
  return statements.flatMap((statement) =>
    statement.products.flatMap(splitProduct).map((product) => ({
      origin,
      statement: { author, ...statement, products: [product] },
    })),
  );
}

function splitProduct(product: ProductReference): readonly ProductReference[] {
  return product.subcomponents.length < 2
    ? [product]
    : product.subcomponents.map((part) => ({ ...product, subcomponents: [part] }));
}

function toStatementKey(
  { vulnerability, products }: VexStatement,
  ids: ReadonlyMap<string, string>,
): string {
  const id = vulnerability.toLowerCase();
  return `${present(ids.get(id), 'an id that is listed')} ${JSON.stringify(products)}`;
}

/** Maps all IDs of one vulnerability to a single ID, by the aliases in any statement. */
function mergeIds(documents: readonly VexDocument[]): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const { vulnerability, aliases } of documents.flatMap(({ statements }) => statements)) {
    const all = [vulnerability, ...aliases].map((id) => id.toLowerCase());
    const known = new Set(all.map((id) => ids.get(id) ?? id));
    const [chosen = ''] = known;
    const joined = known.size === 1 ? [] : [...ids].filter(([, other]) => known.has(other));
    for (const id of [...all, ...joined.map(([one]) => one)]) {
      ids.set(id, chosen);
    }
  }
  return ids;
}

/** The dropped statement may have used another ID of the vulnerability. */
function addIds(kept: VexStatement, left: VexStatement): VexStatement {
  const others = new Set([...kept.aliases, left.vulnerability, ...left.aliases]);
  others.delete(kept.vulnerability);
  return { ...kept, aliases: [...others] };
}

function toConflict(kept: SourcedStatement, dropped: SourcedStatement): Conflict {
  const names = kept.statement.products.flatMap(({ identifiers, subcomponents }) => [
    ...subcomponents.flatMap((part) => part.identifiers.slice(0, 1)),
    ...identifiers.slice(0, 1),
  ]);
  return {
    vulnerability: kept.statement.vulnerability,
    product: names.join(' in '),
    kept,
    dropped,
  };
}
