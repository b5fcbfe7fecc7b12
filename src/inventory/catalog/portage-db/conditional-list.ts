/**
 * A list in the syntax of licenses and dependencies in ebuilds: all of it is required, one of it,
 * or all of it if a USE flag is on. Package Manager Specification 8, section 8.2.
 */
export type ConditionalList =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'all' | 'any'; readonly items: readonly ConditionalList[] };

/** Maximum nesting of groups; real lists are far below it. */
const DEPTH_MAX = 64;
const USE_CONDITION = /^(!?)([A-Za-z0-9][A-Za-z0-9+_@-]*)\?$/;

type Opened = { readonly kind: 'all' | 'any' | 'none'; readonly items: ConditionalList[] };

/**
 * Parses such a list without the parts that depend on a disabled flag.
 *
 * @returns `undefined` if brackets are unbalanced, or nested too deep.
 */
export function parseConditionalList(
  text: string,
  flags: ReadonlySet<string>,
): ConditionalList | undefined {
  const root: Opened = { kind: 'all', items: [] };
  const open: Opened[] = [root];
  let next: Opened['kind'] = 'all';
  for (const [token] of text.matchAll(/\S+/g)) {
    const condition = USE_CONDITION.exec(token);
    if (token === '||' || token === '^^' || token === '??') {
      next = 'any';
    } else if (condition !== null) {
      const isOn = flags.has(condition[2] ?? '');
      next = isOn === (condition[1] === '') ? 'all' : 'none';
    } else if (token === '(') {
      open.push({ kind: next, items: [] });
      next = 'all';
    } else if (token === ')') {
      const closed = open.pop();
      if (closed === undefined || closed === root) {
        return undefined;
      }
      addItems(open.at(-1), closed);
    } else {
      open.at(-1)?.items.push({ kind: 'name', name: token });
    }
    if (open.length > DEPTH_MAX) {
      return undefined;
    }
  }
  return open.length === 1 ? { kind: 'all', items: root.items } : undefined;
}

function addItems(parent: Opened | undefined, { kind, items }: Opened): void {
  if (kind !== 'none' && items.length > 0) {
    parent?.items.push({ kind, items });
  }
}

/** Returns every name in the list, in order. */
export function listConditionalNames(list: ConditionalList): string[] {
  return list.kind === 'name' ? [list.name] : list.items.flatMap(listConditionalNames);
}
