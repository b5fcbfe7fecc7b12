import type { VisibleFact } from '../core/cataloger.ts';
import { defined } from '../core/defined.ts';
import type { Location } from '../core/package.ts';

/** Returns the location of the file of a fact, as evidence of a package. */
export function toEvidenceLocation(
  { path, layer }: Pick<VisibleFact<unknown>, 'path' | 'layer'>,
  evidence: NonNullable<Location['evidence']>,
): Location {
  return { path, accessPath: path, ...defined({ layer }), evidence };
}
