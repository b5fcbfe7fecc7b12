import { present } from '../../foundation/core/assert.ts';
import type { SubjectKind } from './fact.ts';
import { subjectKinds } from './subject/registry.generated.ts';

/** Returns the kind of the subject that stands for the whole target. */
export function getImageKind(): SubjectKind<unknown> {
  return present(
    subjectKinds.find(({ id }) => id === 'image'),
    'the subject "image"',
  );
}
