import type { Scheme } from '../core/scheme.ts';
import { schemeByName } from '../version/scheme-by-name.ts';
import type { Quirks } from './parity/quirks.data.ts';
import { schemeAsGrype } from './parity/scheme-as-grype.ts';

/** The scheme of that name, with the order that is asked for. */
export function schemeFor(name: string, quirks: Quirks): Scheme<unknown> | undefined {
  const scheme = schemeByName(name);
  return scheme !== undefined && quirks.has('versions-ordered-otherwise')
    ? schemeAsGrype(scheme)
    : scheme;
}
