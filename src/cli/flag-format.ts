import { UserError } from '../foundation/core/error.ts';
import { suggestWord } from '../foundation/core/option-suggestion.ts';
import type { Context } from './command.ts';

/**
 * Returns the values of the flag `-o`, for commands with formats of their own: environment variables
 * and configuration files choose the output format of scans.
 */
export function listFlagOutputs({ resolved: { origins, values } }: Context): readonly string[] {
  return origins.output === 'flag' ? values.output : [];
}

/**
 * Returns the format that the flag `-o` chooses; the first one is the default.
 *
 * @param subject in the message, e.g. `"plimsoll cataloger"`
 * @throws UserError `E_FORMAT`
 */
export function chooseFlagFormat<Name extends string>(
  formats: readonly [Name, ...Name[]],
  subject: string,
  context: Context,
): Name {
  const name = listFlagOutputs(context).at(-1) ?? formats[0];
  const format = formats.find((known) => known === name);
  if (format === undefined) {
    throw new UserError('E_FORMAT', `unsupported format "${name}" for ${subject}`, {
      hint: suggestWord(name, formats),
    });
  }
  return format;
}
