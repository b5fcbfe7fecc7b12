/** The requirements of a registry in `WWW-Authenticate`. RFC 9110, 11.6.1. */
export interface Challenge {
  /** In lower case: `basic` or `bearer`. */
  readonly scheme: string;
  /** By name in lower case. The first of repeated ones counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

const CHALLENGE_CHARS_MAX = 8_192;
const TOKEN_CHARACTERS = "[\\w!#$%&'*+.^`|~-]";
const SPACE = /[\s,]*/y;
const PARAMETER_NAME = new RegExp(`(${TOKEN_CHARACTERS}{1,64})[ \\t]{0,16}=[ \\t]{0,16}`, 'y');
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const PLAIN = /[^\s,"]*/y;
const SCHEME = new RegExp(`(${TOKEN_CHARACTERS}{1,64})(?=[\\s,]|$)`, 'y');

/** Returns all challenges of a header, in order, up to the first that is malformed. */
export function parseChallenges(header: string): Challenge[] {
  const text = header.slice(0, CHALLENGE_CHARS_MAX);
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  for (let at = findEnd(SPACE, text, 0); at < text.length; at = findEnd(SPACE, text, at)) {
    const name = findMatch(PARAMETER_NAME, text, at);
    const parameters = challenges.at(-1)?.parameters;
    if (name !== undefined && parameters !== undefined) {
      const value = readValue(text, PARAMETER_NAME.lastIndex);
      if (value === undefined) {
        break;
      }
      const key = (name[1] ?? '').toLowerCase();
      parameters.set(key, parameters.get(key) ?? value.text);
      at = value.end;
      continue;
    }
    const scheme = findMatch(SCHEME, text, at);
    if (scheme === undefined) {
      break;
    }
    challenges.push({ scheme: (scheme[1] ?? '').toLowerCase(), parameters: new Map() });
    at = SCHEME.lastIndex;
  }
  return challenges;
}

function readValue(
  text: string,
  at: number,
): { readonly text: string; readonly end: number } | undefined {
  if (text[at] !== '"') {
    const end = findEnd(PLAIN, text, at);
    return { text: text.slice(at, end), end };
  }
  const quoted = findMatch(QUOTED, text, at);
  return quoted === undefined
    ? undefined
    : { text: (quoted[1] ?? '').replaceAll(/\\(.)/g, '$1'), end: QUOTED.lastIndex };
}

function findEnd(pattern: RegExp, text: string, at: number): number {
  return findMatch(pattern, text, at) === undefined ? at : pattern.lastIndex;
}

function findMatch(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
