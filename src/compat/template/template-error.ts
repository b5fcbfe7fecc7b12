import { UserError } from '../../core/error.ts';

/** What is wrong with a template, and on which of its lines. */
export function templateError(message: string, line: number): UserError {
  return new UserError('E_TEMPLATE', `line ${line} of the template: ${message}`, {
    hint: 'docs/formats.md, "Templates", lists what templates may hold',
  });
}
