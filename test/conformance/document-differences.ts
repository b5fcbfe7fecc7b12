import { readFileSync } from 'node:fs';
import { isNameMatch, parseStars } from '../../src/foundation/core/name-pattern.ts';

/** Location of a finding that only one side has. */
export interface DifferencePlace {
  readonly target: string;
  /** The program that wrote the document and its name for the format. */
  readonly document: string;
  readonly only: 'grype' | 'ours';
}

interface ListedDifference extends DifferencePlace {
  /** `ID NAME VERSION`. */
  readonly finding: string;
  readonly reason: string;
}

/** Intended differences, each with its reason; `*` in a member stands for any text. */
export class DocumentDifferences {
  readonly #listed: readonly ListedDifference[];
  readonly #used = new Set<ListedDifference>();

  constructor(file = new URL('./document-differences.json', import.meta.url)) {
    this.#listed = JSON.parse(readFileSync(file, 'utf8')) as readonly ListedDifference[];
  }

  /** Returns the findings for which the list has no reason, as lines. */
  listUnexplained(findings: readonly string[], place: DifferencePlace): string[] {
    return findings
      .filter((finding) => {
        const fitting = this.#listed.filter((listed) =>
          isDifferenceMatch(listed, { ...place, finding }),
        );
        fitting.forEach((listed) => this.#used.add(listed));
        return fitting.length === 0;
      })
      .map((finding) => `only ${place.only === 'grype' ? 'Grype' : 'ours'}: ${finding}`);
  }

  /** Returns listed differences that never occurred, as lines. */
  listUnused(): string[] {
    return this.#listed
      .filter((listed) => !this.#used.has(listed))
      .map(({ reason: _, ...rest }) => JSON.stringify(rest));
  }
}

const MEMBERS = ['target', 'document', 'only', 'finding'] as const;

function isDifferenceMatch(
  listed: ListedDifference,
  actual: Omit<ListedDifference, 'reason'>,
): boolean {
  return MEMBERS.every((member) => isNameMatch(parseStars(listed[member]), actual[member]));
}
