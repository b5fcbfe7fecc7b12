/**
 * A list as ebuilds state licences and dependencies: all of it holds, one of it, or, where a USE
 * flag is on, all of it. Package Manager Specification 8, section 8.2.
 */
export type ConditionalList =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'all' | 'any'; readonly items: readonly ConditionalList[] };

/** Groups in each other: nobody nests as many. */
const DEPTH_MAX = 64;
const USE_CONDITION = /^(!?)([A-Za-z0-9][A-Za-z0-9+_@-]*)\?$/;

type Opened = { readonly kind: 'all' | 'any' | 'none'; readonly items: ConditionalList[] };

/**
 * Reads such a list. What depends on a flag that is off is left out.
 *
 * @returns `undefined` where brackets do not fit, or are nested too deep.
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
      addTo(open.at(-1), closed);
    } else {
      open.at(-1)?.items.push({ kind: 'name', name: token });
    }
    if (open.length > DEPTH_MAX) {
      return undefined;
    }
  }
  return open.length === 1 ? { kind: 'all', items: root.items } : undefined;
}

function addTo(parent: Opened | undefined, { kind, items }: Opened): void {
  if (kind !== 'none' && items.length > 0) {
    parent?.items.push({ kind, items });
  }
}

/** Every name in the list, in order. */
export function namesIn(list: ConditionalList): string[] {
  return list.kind === 'name' ? [list.name] : list.items.flatMap(namesIn);
}
