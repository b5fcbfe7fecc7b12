import type { Scheme } from '../core/scheme.ts';
import { schemeByName } from '../version/scheme-by-name.ts';
import type { Quirks } from './parity/quirks.data.ts';
import { schemeAsGrype } from './parity/scheme-as-grype.ts';

/** The scheme of that name, with the order that is asked for; without a name, none is known. */
export function schemeFor(name: string | undefined, quirks: Quirks): Scheme<unknown> | undefined {
  if (quirks.has('versions-ordered-otherwise')) {
    return schemeAsGrype(name ?? '');
  }
  return name === undefined ? undefined : schemeByName(name);
}
