import type { Control, Policy } from './policy.ts';

/** Finds a control by its key: the IDs of its pack and its own. */
export function findControl(
  policies: readonly Pick<Policy, 'pack'>[],
  key: string,
): Control | undefined {
  for (const { pack } of policies) {
    const control = pack?.controls.find(({ id }) => `${pack.id}/${id}` === key);
    if (control !== undefined) {
      return control;
    }
  }
  return undefined;
}
