import { createPolicyError } from './policy-node.ts';

/**
 * Checks that names are unique.
 *
 * @param elements each name with its place
 * @param title the elements in messages, such as `rules`
 * @throws UserError `E_POLICY` with the place of the second element of a name
 */
export function rejectRepeated(
  elements: readonly (readonly [name: string, place: string])[],
  title: string,
): void {
  const seen = new Set<string>();
  for (const [name, place] of elements) {
    if (seen.has(name)) {
      throw createPolicyError(place, `there are two ${title} "${name}"`);
    }
    seen.add(name);
  }
}
