/** What a registry asks for in `WWW-Authenticate`. RFC 9110, 11.6.1. */
export interface Challenge {
  /** In lower case: `basic` or `bearer`. */
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const CHALLENGE_CHARS_MAX = 8_192;
const PARAMETER = /([a-zA-Z0-9_-]{1,64})=(?:"((?:[^"\\]|\\.)*)"|([^\s",]*))/y;
const SCHEME = /([a-zA-Z][a-zA-Z0-9_-]{0,63})(?=\s|$)(?!\s*=)/y;
const SEPARATOR = /[\s,]*/y;

/** All challenges of a header, in order; what is not understood ends the reading. */
export function parseChallenges(header: string): Challenge[] {
  const text = header.slice(0, CHALLENGE_CHARS_MAX);
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  let at = 0;
  while (at < text.length) {
    at = matchAt(SEPARATOR, text, at)?.end ?? at;
    const parameter = matchAt(PARAMETER, text, at);
    const current = challenges.at(-1);
    if (parameter !== undefined && current !== undefined) {
      const [, name = '', quoted, plain = ''] = parameter.groups;
      current.parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain;
      at = parameter.end;
      continue;
    }
    const scheme = matchAt(SCHEME, text, at);
    if (scheme === undefined) {
      break;
    }
    challenges.push({ scheme: (scheme.groups[1] ?? '').toLowerCase(), parameters: {} });
    at = scheme.end;
  }
  return challenges;
}

function matchAt(
  pattern: RegExp,
  text: string,
  at: number,
): { readonly groups: RegExpExecArray; readonly end: number } | undefined {
  pattern.lastIndex = at;
  const groups = pattern.exec(text);
  return groups === null ? undefined : { groups, end: pattern.lastIndex };
}
