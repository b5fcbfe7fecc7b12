import { UserError } from '../../core/error.ts';

/** What is wrong with a template, and on which of its lines. */
export function templateError(message: string, line: number): UserError {
  return new UserError('E_TEMPLATE', `template error on line ${line}: ${message}`, {
    hint: 'see "Templates" in docs/formats.md for the supported functions',
  });
}
