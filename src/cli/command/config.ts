import { changedLimits, OPTION_LIST, type ResolvedOptions } from '../../config/option.ts';
import type { OptionName, OptionSpec } from '../../config/option-table.data.ts';
import { EXIT_STATUS, UserError } from '../../core/error.ts';
import type { Command, Context } from '../command.ts';
import { configurationLocations } from '../configuration-file.ts';

/** Prints the configuration in force, in the form of a configuration file. */
export const config: Command = {
  run: async (context) => {
    context.print(textFor(context));
    return EXIT_STATUS.fine;
  },
};

function textFor(context: Context): string {
  const [word] = context.positionals;
  if (word === undefined) {
    return configurationText(context.resolved, context.configurationFile);
  }
  if (word === 'locations') {
    return locationsText(context);
  }
  throw new UserError('E_USAGE', `"plimsoll config" does not know "${word}"`, {
    hint: 'usage: plimsoll config [locations]',
  });
}

function locationsText(context: Context): string {
  const read = context.configurationFile;
  const locations = configurationLocations(context.environment);
  const all = read === undefined || locations.includes(read) ? locations : [read, ...locations];
  return all.map((path) => `${path}${path === read ? ' (read)' : ''}\n`).join('');
}

function configurationText(resolved: ResolvedOptions, file: string | undefined): string {
  const entries = OPTION_LIST.filter(({ spec }) => spec.configKey !== undefined);
  const head = `# Options of plimsoll. Read from: ${file ?? 'no file'}\n`;
  return head + entries.map(({ name, spec }) => entryText(name, spec, resolved)).join('');
}

/** JSON is YAML, so values are written as JSON. */
function entryText(name: OptionName, spec: OptionSpec, resolved: ResolvedOptions): string {
  const origin = resolved.origins[name];
  const value =
    spec.kind === 'limits' ? changedLimits(resolved.values.limits) : resolved.values[name];
  const comment = `\n# ${spec.description}; ${spec.environment ?? 'no variable'}; from: ${origin}\n`;
  return value === undefined
    ? `${comment}# ${spec.configKey}:\n`
    : `${comment}${spec.configKey}: ${JSON.stringify(value)}\n`;
}
