import { UserError } from '../../../foundation/core/error.ts';

/** Creates the error of an invalid template, with its line. */
export function createTemplateError(message: string, line: number): UserError {
  return new UserError('E_TEMPLATE', `template error on line ${line}: ${message}`, {
    hint: 'see "Templates" in docs/formats.md for the supported functions',
  });
}
