import type { Scheme } from '../core/scheme.ts';
import { schemes } from './registry.generated.ts';

const BY_NAME: ReadonlyMap<string, Scheme<unknown>> = new Map(
  schemes.flatMap((scheme) =>
    [scheme.id, ...(scheme.aliases ?? [])].map((name) => [name, scheme] as const),
  ),
);

/**
 * Returns the scheme with this ID or alias (a package type or a name from an advisory source, in
 * any case); `undefined` if there is none.
 */
export function findSchemeByName(name: string): Scheme<unknown> | undefined {
  return BY_NAME.get(name.toLowerCase());
}
