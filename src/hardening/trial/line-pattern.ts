/** The tokens of a line; `undefined` if they differ between runs of one image. */
type Tokens = readonly (string | undefined)[];

/** Lines of several runs that differ in some tokens: times, process IDs, random names. */
interface LinePattern {
  tokens: Tokens;
  /** Indexes of the runs that have such a line. */
  readonly runs: Set<number>;
}

/** Numbers with their dots and colons are one token: `12:30:01.5`, `1.25`, `127.0.0.1`. */
const TOKEN = /[0-9]+(?:[.:,][0-9]+)*(?![\p{L}0-9_])|[\p{L}0-9_]+|[^\p{L}0-9_]/gu;

/** Times of day and dates differ in each run, however quickly one follows the other. */
const CLOCK =
  /\b(?:[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}(?:[T ][0-9:.,]+)?|[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?|[0-9]{1,2}\/[A-Z][a-z]{2}\/[0-9]{4}:[0-9:]+|[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]?[0-9] [0-9:]+|[A-Z][a-z]{2},? [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9:]+)/gu;
const ADDRESS = /\b0x[0-9a-f]{6,16}\b/giu;

/** Masks parts without meaning: the digits of times, not their zones, and memory addresses. */
export function maskLine(line: string): string {
  return line.replace(CLOCK, (time) => time.replace(/[0-9]+/gu, '0')).replace(ADDRESS, '0x0');
}

function splitTokens(line: string): readonly string[] {
  return line.match(TOKEN) ?? [];
}

/** Digests, random names and numbers: a token that differs and is not a word. */
const VALUE = /[0-9]|^[a-f]+$/iu;
const SEPARATOR = /^[^\p{L}0-9_]$/u;

/**
 * Joins a pattern with a line. Returns `undefined` if they are different lines: the separators must
 * be equal, and half of the tokens, unless those that differ are values instead of words.
 */
function joinTokens(pattern: Tokens, line: string): Tokens | undefined {
  const tokens = splitTokens(line);
  if (tokens.length !== pattern.length) {
    return undefined;
  }
  const joined = pattern.map((token, index) => (token === tokens[index] ? token : undefined));
  const differing = tokens.filter((_, index) => joined[index] === undefined);
  const isJoinable =
    !differing.some((token) => SEPARATOR.test(token)) &&
    (differing.length * 2 <= tokens.length || differing.every((token) => VALUE.test(token)));
  return isJoinable ? joined : undefined;
}

/** Returns whether two lines are the same but for values in them. */
export function isSimilar(left: string, right: string): boolean {
  return left === right || joinTokens(splitTokens(left), right) !== undefined;
}

function isFitting(pattern: Tokens, tokens: readonly string[]): boolean {
  return (
    pattern.length === tokens.length &&
    pattern.every((token, index) => token === undefined || token === tokens[index])
  );
}

/** Each line is compared with each pattern; beyond this number, lines must be equal. */
const PATTERNS_MAX = 500;

/** The lines of several runs of one image: which are in all of them, and which vary. */
export class LineNoise {
  /** Lines of every run, with the number of times they appear at least. */
  readonly #required = new Map<string, number>();
  /** Lines that not every run has. */
  readonly #optional = new Set<string>();
  readonly #patterns: LinePattern[] = [];
  #runCount = 0;

  constructor(runs: readonly (readonly string[])[]) {
    const counts = runs.map((lines) => countLines(lines.map(maskLine)));
    for (const line of counts[0]?.keys() ?? []) {
      const least = Math.min(...counts.map((run) => run.get(line) ?? 0));
      if (least > 0) {
        this.#required.set(line, least);
      }
    }
    for (const [run, lines] of counts.entries()) {
      for (const line of lines.keys()) {
        if (!this.#required.has(line)) {
          this.#optional.add(line);
          this.#addToPattern(line, run);
        }
      }
    }
    this.#runCount = runs.length;
  }

  #addToPattern(line: string, run: number): void {
    for (const pattern of this.#patterns) {
      const joined = joinTokens(pattern.tokens, line);
      if (joined !== undefined) {
        pattern.tokens = joined;
        pattern.runs.add(run);
        return;
      }
    }
    if (this.#patterns.length < PATTERNS_MAX) {
      this.#patterns.push({ tokens: splitTokens(line), runs: new Set([run]) });
    }
  }

  /** Returns the lines that the run lacks, and those that no other run has. */
  compareLines(lines: readonly string[]): LineDifference {
    const counts = countLines(lines.map(maskLine));
    const missing = [...this.#required]
      .filter(([line, least]) => (counts.get(line) ?? 0) < least)
      .map(([line]) => line);
    const others = [...counts.keys()].filter((line) => !this.#required.has(line));
    const tokens = others.map(splitTokens);
    const missingPatterns = this.#patterns.filter(
      (pattern) =>
        pattern.runs.size === this.#runCount &&
        !tokens.some((some) => isFitting(pattern.tokens, some)),
    );
    return {
      missing: [...missing, ...missingPatterns.map(formatPattern)],
      extra: others.filter(
        (line, index) =>
          !this.#optional.has(line) &&
          !this.#patterns.some((pattern) => isFitting(pattern.tokens, tokens[index] ?? [])),
      ),
    };
  }
}

function formatPattern({ tokens }: LinePattern): string {
  return tokens.map((token) => token ?? '…').join('');
}

export interface LineDifference {
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

function countLines(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return counts;
}
