/**
 * Returns the top-level fields of an opam file, each with the strings in it at any depth, and the
 * fields of its sections as `section.field`. `undefined` if a bracket or a string is not closed.
 * opam Manual, "Common file format".
 */
export function parseOpamFields(text: string): ReadonlyMap<string, readonly string[]> | undefined {
  const fields = new Map<string, string[]>();
  let section = '';
  let current: string[] | undefined;
  let depth = 0;
  for (const [token, long, short] of text.matchAll(TOKEN)) {
    const inner = long ?? short;
    if (inner !== undefined) {
      current?.push(inner.replace(/\\(["\\])/g, '$1'));
    } else if (token.endsWith(':')) {
      if (depth === 0) {
        current = [];
        fields.set(section + token.slice(0, -1).trim(), current);
      }
    } else if (token.startsWith('"')) {
      return undefined;
    } else if ('[({'.includes(token)) {
      depth++;
    } else if ('])}'.includes(token)) {
      if (depth === 0) {
        section = '';
      }
      depth = Math.max(0, depth - 1);
    } else if (token.endsWith('{')) {
      section = depth === 0 ? `${token.slice(0, -1).trim()}.` : section;
      depth += depth === 0 ? 0 : 1;
    }
  }
  return depth === 0 && section === '' ? fields : undefined;
}

const TOKEN =
  /"""((?:[^"\\]|\\[^]|"(?!""))*)"""|"((?:[^"\\]|\\[^])*)"|"[^]*|#[^\n]*|^[A-Za-z][\w-]*(?:[ \t]+"[^"\n]*")?[ \t]*\{|^[ \t]*[A-Za-z][\w-]*[ \t]*:(?![=<>])|[[\](){}]/gm;
