import type { VisibleFact } from '../../foundation/core/cataloger.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Location } from '../../foundation/core/package.ts';

/** Returns the location of the file of a fact, as evidence of a package. */
export function toEvidenceLocation(
  { path, layer }: Pick<VisibleFact<unknown>, 'path' | 'layer'>,
  evidence: NonNullable<Location['evidence']>,
): Location {
  return { path, accessPath: path, ...defined({ layer }), evidence };
}
