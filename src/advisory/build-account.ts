import { assert } from '../core/assert.ts';
import type { AccountCounts, BuildAccount } from './feed-facts.ts';
import type { FeedItem, FeedOmission, OmissionLevel, StatedFacts } from './provider/contract.ts';

/** Counts of the distinct records and statements that a database stores. */
export interface KeptCounts {
  readonly records: number;
  readonly statements: number;
  /** Statements that equal a stored one. */
  readonly repeatedStatements: number;
  readonly facts: number;
  /** EPSS scores that a score of a later day replaces. */
  readonly outdatedScores: number;
}

const REPEATED = 'repeated without a change';
const OUTDATED = 'score of an earlier day';
const OTHER_CAUSES = 'other causes';
/** Causes may contain a name from a document, such as an ecosystem. */
const CAUSES_MAX = 200;

/** Counts the documents of one provider while they are read. */
export class AccountKeeper {
  #documents = 0;
  #records = 0;
  #statements = 0;
  #facts = 0;
  readonly #pastReleases = new Map<string, number>();
  readonly #leftOut: Readonly<Record<OmissionLevel, Map<string, number>>> = {
    document: new Map(),
    record: new Map(),
    statement: new Map(),
    part: new Map(),
    fact: new Map(),
  };

  countDocument(): void {
    this.#documents++;
  }

  countItem({ statements }: FeedItem): void {
    this.#records++;
    this.#statements += statements.length;
  }

  /** Counts a statement about a release that the feed no longer has. */
  countPast(release: string, { isNewRecord }: { readonly isNewRecord: boolean }): void {
    this.#records += isNewRecord ? 1 : 0;
    this.#statements++;
    this.#pastReleases.set(release, (this.#pastReleases.get(release) ?? 0) + 1);
  }

  countFacts(facts: StatedFacts): void {
    for (const list of Object.values(facts) as readonly (readonly unknown[])[]) {
      this.#facts += list.length;
    }
  }

  countOmission({ leftOut, cause }: FeedOmission): void {
    const counts = this.#leftOut[leftOut];
    const key = counts.has(cause) || counts.size < CAUSES_MAX ? cause : OTHER_CAUSES;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }

  finish(kept: KeptCounts): BuildAccount {
    const { document, record, statement, part, fact } = this.#leftOut;
    const unused = sumCounts(document);
    const counts = {
      documents: closeCounts(this.#documents, this.#documents - unused, document, 0),
      records: closeCounts(
        this.#records + sumCounts(record),
        kept.records,
        record,
        this.#records - kept.records,
      ),
      statements: closeCounts(
        this.#statements + sumCounts(statement),
        kept.statements,
        statement,
        kept.repeatedStatements,
      ),
    };
    const facts = this.#closeFacts(kept, fact);
    const past = this.#pastReleases;
    return {
      ...counts,
      ...(facts.read === 0 ? {} : { facts }),
      ...(past.size === 0 ? {} : { pastReleases: sortCauses(past) }),
      parts: sortCauses(part),
    };
  }

  #closeFacts(kept: KeptCounts, leftOut: ReadonlyMap<string, number>): AccountCounts {
    const { facts, outdatedScores } = kept;
    const all =
      outdatedScores === 0 ? leftOut : new Map([...leftOut, [OUTDATED, outdatedScores] as const]);
    const repeated = this.#facts - facts - outdatedScores;
    return closeCounts(this.#facts + sumCounts(leftOut), facts, all, repeated);
  }
}

/** Checks that everything that was read is kept, repeated, or left out for another cause. */
function closeCounts(
  read: number,
  kept: number,
  leftOut: ReadonlyMap<string, number>,
  repeated: number,
): AccountCounts {
  assert(read === kept + repeated + sumCounts(leftOut), 'everything that was read is counted');
  const all = repeated === 0 ? leftOut : new Map([...leftOut, [REPEATED, repeated]]);
  return { read, kept, leftOut: sortCauses(all) };
}

function sumCounts(counts: ReadonlyMap<string, number>): number {
  return counts.values().reduce((sum, count) => sum + count, 0);
}

function sortCauses(counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counts].sort(([left], [right]) => (left < right ? -1 : 1)));
}
