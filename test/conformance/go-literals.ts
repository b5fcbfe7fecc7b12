/** A piece of Go source: a string, a word, a sign, or a bracketed group. */
export type GoToken =
  | { readonly kind: 'text' | 'word' | 'sign'; readonly value: string }
  | { readonly kind: 'group'; readonly open: string; readonly tokens: readonly GoToken[] };

export type GoGroup = Extract<GoToken, { readonly kind: 'group' }>;

const TOKEN =
  /\/\/[^\n]*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|[\w.]+|[^\s\w]/g;
const CLOSERS: ReadonlySet<string> = new Set(['}', ')', ']']);
const OPENERS: ReadonlySet<string> = new Set(['{', '(', '[']);

/** Parses the source as a tree of brackets. Comments are dropped; types are not interpreted. */
export function readGoSource(source: string): GoGroup {
  const root: GoToken[] = [];
  const open: GoToken[][] = [root];
  for (const [token] of source.matchAll(TOKEN)) {
    const into = open.at(-1) ?? root;
    if (OPENERS.has(token)) {
      const tokens: GoToken[] = [];
      into.push({ kind: 'group', open: token, tokens });
      open.push(tokens);
    } else if (CLOSERS.has(token)) {
      if (open.length > 1) {
        open.pop();
      }
    } else if (!token.startsWith('//') && !token.startsWith('/*')) {
      into.push(parseLeaf(token));
    }
  }
  return { kind: 'group', open: '', tokens: root };
}

function parseLeaf(token: string): GoToken {
  if (token.startsWith('`')) {
    return { kind: 'text', value: token.slice(1, -1) };
  }
  if (token.startsWith('"')) {
    return { kind: 'text', value: unescapeLiteral(token) };
  }
  return { kind: /^\w/.test(token) ? 'word' : 'sign', value: token };
}

/** Go and JSON share the escapes that are used in tests; others are kept unchanged. */
function unescapeLiteral(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal.slice(1, -1);
  }
}

/** Finds the position of a member's value in a composite literal. */
function placeOfMember(group: GoGroup, name: string): number {
  const at = group.tokens.findIndex((token, index) => {
    const next = group.tokens[index + 1];
    const isName = token.kind === 'word' && token.value === name;
    return isName && next?.kind === 'sign' && next.value === ':';
  });
  return at < 0 ? -1 : at + 2;
}

/**
 * Returns the string value of a member, concatenating its parts; `undefined` if it is computed
 * otherwise.
 */
export function readTextMember(group: GoGroup, name: string): string | undefined {
  const first = placeOfMember(group, name);
  const parts: string[] = [];
  for (const [index, token] of (first < 0 ? [] : group.tokens.slice(first)).entries()) {
    const isPart = index % 2 === 0;
    if (isPart && token.kind === 'text') {
      parts.push(token.value);
    } else if (isPart || token.kind !== 'sign' || token.value !== '+') {
      return isPart ? undefined : parts.join('');
    }
  }
  return parts.length === 0 ? undefined : parts.join('');
}

/** Returns a member's number or name. */
export function readWordMember(group: GoGroup, name: string): string | undefined {
  const value = group.tokens[placeOfMember(group, name)];
  return value?.kind === 'word' ? value.value : undefined;
}
