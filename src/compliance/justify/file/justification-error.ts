import { UserError } from '../../../foundation/core/error.ts';

/** @throws UserError `E_JUSTIFICATION` with file, line and the next step */
export function createEntryError(place: string, message: string, hint?: string): UserError {
  return new UserError(
    'E_JUSTIFICATION',
    `${place}: ${message}`,
    hint === undefined ? {} : { hint },
  );
}
