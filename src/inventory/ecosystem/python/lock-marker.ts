import { normalizePythonName } from './python-name.ts';

/** Possible results of a marker; both if it depends on the machine. */
interface Outcome {
  readonly canHold: boolean;
  readonly canFail: boolean;
}

const OPEN: Outcome = { canHold: true, canFail: true };
const TOKEN = /\s*(?:("[^"]*"|'[^']*')|([()])|([A-Za-z_][\w.]*)|(===|[~=!<>]=|[<>]))/y;
const DEPTH_MAX = 64;

/**
 * Returns whether the marker of a package in a common lock can be true if no extras and exactly
 * these groups are requested. Conditions on the machine are assumed to be true, and so is a
 * malformed marker. Packaging specifications, "pylock.toml", "Dependency specifiers".
 */
export function canMarkerHold(marker: string, groups: readonly string[]): boolean {
  const tokens = readTokens(marker);
  return (
    tokens === undefined ||
    tokens.length === 0 ||
    new MarkerReader(tokens, groups).readMarker().canHold
  );
}

function readTokens(marker: string): string[] | undefined {
  const tokens: string[] = [];
  const text = marker.trimEnd();
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) {
      return undefined;
    }
    tokens.push(token.trim());
  }
  return tokens;
}

class MarkerReader {
  readonly #tokens: readonly string[];
  readonly #groups: ReadonlySet<string>;
  #at = 0;
  #isMalformed = false;

  constructor(tokens: readonly string[], groups: readonly string[]) {
    this.#tokens = tokens;
    this.#groups = new Set(groups.map(normalizePythonName));
  }

  readMarker(): Outcome {
    const outcome = this.#readAny(0);
    return this.#isMalformed || this.#at < this.#tokens.length ? OPEN : outcome;
  }

  #readAny(depth: number): Outcome {
    let outcome = this.#readAll(depth);
    while (this.#takeToken('or')) {
      const other = this.#readAll(depth);
      outcome = {
        canHold: outcome.canHold || other.canHold,
        canFail: outcome.canFail && other.canFail,
      };
    }
    return outcome;
  }

  #readAll(depth: number): Outcome {
    let outcome = this.#readOne(depth);
    while (this.#takeToken('and')) {
      const other = this.#readOne(depth);
      outcome = {
        canHold: outcome.canHold && other.canHold,
        canFail: outcome.canFail || other.canFail,
      };
    }
    return outcome;
  }

  #readOne(depth: number): Outcome {
    if (!this.#takeToken('(')) {
      return this.#readComparison();
    }
    if (depth >= DEPTH_MAX) {
      this.#isMalformed = true;
      return OPEN;
    }
    const outcome = this.#readAny(depth + 1);
    this.#isMalformed ||= !this.#takeToken(')');
    return outcome;
  }

  #readComparison(): Outcome {
    const left = this.#next();
    const isNegated = this.#takeToken('not');
    const operator = this.#next();
    const right = this.#next();
    if (operator !== 'in' || !/^["']/.test(left)) {
      return OPEN;
    }
    const name = normalizePythonName(left.slice(1, -1));
    if (right !== 'extras' && right !== 'dependency_groups') {
      return OPEN;
    }
    const isIn = right === 'dependency_groups' && this.#groups.has(name);
    return isIn === isNegated
      ? { canHold: false, canFail: true }
      : { canHold: true, canFail: false };
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    this.#isMalformed ||= token === undefined;
    this.#at++;
    return token ?? '';
  }

  #takeToken(token: string): boolean {
    const isNext = this.#tokens[this.#at] === token;
    this.#at += isNext ? 1 : 0;
    return isNext;
  }
}
