/** A piece of Go source: a text, a word, a sign, or what stands in brackets. */
export type GoToken =
  | { readonly kind: 'text' | 'word' | 'sign'; readonly value: string }
  | { readonly kind: 'group'; readonly open: string; readonly tokens: readonly GoToken[] };

export type GoGroup = Extract<GoToken, { readonly kind: 'group' }>;

const TOKEN =
  /\/\/[^\n]*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|[\w.]+|[^\s\w]/g;
const CLOSERS: ReadonlySet<string> = new Set(['}', ')', ']']);
const OPENERS: ReadonlySet<string> = new Set(['{', '(', '[']);

/** The source as a tree of brackets. Comments are left out; types are not understood. */
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
      into.push(leafOf(token));
    }
  }
  return { kind: 'group', open: '', tokens: root };
}

function leafOf(token: string): GoToken {
  if (token.startsWith('`')) {
    return { kind: 'text', value: token.slice(1, -1) };
  }
  if (token.startsWith('"')) {
    return { kind: 'text', value: unescaped(token) };
  }
  return { kind: /^\w/.test(token) ? 'word' : 'sign', value: token };
}

/** Go and JSON share the escapes that are in use in tests; others are kept as they are. */
function unescaped(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal.slice(1, -1);
  }
}

/** Where the value of a member of a composite literal stands. */
function placeOfMember(group: GoGroup, name: string): number {
  const at = group.tokens.findIndex((token, index) => {
    const next = group.tokens[index + 1];
    const isName = token.kind === 'word' && token.value === name;
    return isName && next?.kind === 'sign' && next.value === ':';
  });
  return at < 0 ? -1 : at + 2;
}

/** The text of a member, whose parts may be added; `undefined` where it is computed otherwise. */
export function textMemberOf(group: GoGroup, name: string): string | undefined {
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

/** A number or a name. */
export function wordMemberOf(group: GoGroup, name: string): string | undefined {
  const value = group.tokens[placeOfMember(group, name)];
  return value?.kind === 'word' ? value.value : undefined;
}
