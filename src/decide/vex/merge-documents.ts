import type { ProductReference, VexDocument, VexStatement } from '../../core/decision.ts';
import { compareText } from '../../core/digest.ts';

/** Two documents that say different things of one product. */
export interface Conflict {
  readonly vulnerability: string;
  /** As written. */
  readonly product: string;
  readonly kept: Said;
  readonly dropped: Said;
}

interface Said {
  readonly origin: string;
  readonly statement: VexStatement;
}

export interface MergedDocuments {
  readonly document: VexDocument;
  readonly conflicts: readonly Conflict[];
}

/**
 * One document of several. Of two statements on one vulnerability and product the later counts, as
 * when they are applied one after the other: by its time, else by the order of the documents. Each
 * keeps its author.
 */
export function mergeDocuments(documents: readonly VexDocument[]): MergedDocuments {
  const kept = new Map<string, Said>();
  const conflicts: Conflict[] = [];
  for (const said of documents.flatMap(statementsOf)) {
    const key = keyOf(said.statement);
    const earlier = kept.get(key);
    if (earlier === undefined) {
      kept.set(key, said);
      continue;
    }
    const isLater = instantOf(said.statement) >= instantOf(earlier.statement);
    const [winner, loser] = isLater ? [said, earlier] : [earlier, said];
    kept.set(key, winner);
    if (winner.statement.status !== loser.statement.status) {
      conflicts.push(conflictOf(winner, loser));
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
      ...(latest === undefined ? {} : { timestamp: latest }),
      statements,
      problems: documents.flatMap(({ origin, problems }) =>
        problems.map((problem) => `${origin}: ${problem}`),
      ),
    },
    conflicts,
  };
}

/** One statement a product, so that each can be told from what another document says of it. */
function statementsOf({ origin, author, statements }: VexDocument): readonly Said[] {
  return statements.flatMap((statement) =>
    statement.products.flatMap(singleParts).map((product) => ({
      origin,
      statement: { author, ...statement, products: [product] },
    })),
  );
}

function singleParts(product: ProductReference): readonly ProductReference[] {
  return product.subcomponents.length < 2
    ? [product]
    : product.subcomponents.map((part) => ({ ...product, subcomponents: [part] }));
}

function keyOf({ vulnerability, products }: VexStatement): string {
  return `${vulnerability.toLowerCase()} ${JSON.stringify(products)}`;
}

/** Statements without a time are older than every other. */
function instantOf({ timestamp }: VexStatement): number {
  const instant = timestamp === undefined ? Number.NaN : Date.parse(timestamp);
  return Number.isNaN(instant) ? 0 : instant;
}

function conflictOf(kept: Said, dropped: Said): Conflict {
  const [product] = kept.statement.products;
  const [part] = product?.subcomponents ?? [];
  const names = [part?.identifiers[0], product?.identifiers[0]].filter((one) => one !== undefined);
  return {
    vulnerability: kept.statement.vulnerability,
    product: names.join(' in '),
    kept,
    dropped,
  };
}
