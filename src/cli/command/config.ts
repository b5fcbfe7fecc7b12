import type { OptionSpec } from '../../foundation/config/option-spec.ts';
import { OPTION_LIST, type OptionName } from '../../foundation/config/option-table.ts';
import type { ResolvedOptions } from '../../foundation/config/resolve-options.ts';
import { listChangedLimits } from '../../foundation/config/shaping-options.ts';
import { EXIT_STATUS, UserError } from '../../foundation/core/error.ts';
import { formatJson } from '../../foundation/core/json-document.ts';
import { MASK, maskSecrets } from '../../foundation/core/secret-name.ts';
import type { Command, Context } from '../command.ts';
import { listConfigurationLocations } from '../configuration-file.ts';

/** Prints the effective configuration, in the form of a configuration file. */
export const config: Command = {
  run: async (context) => {
    context.print(formatResult(context));
    return EXIT_STATUS.fine;
  },
};

function formatResult(context: Context): string {
  const [word] = context.positionals;
  if (word === undefined) {
    return formatConfiguration(context);
  }
  if (word === 'locations') {
    return formatLocations(context);
  }
  throw new UserError('E_USAGE', `unknown action "${word}" for "plimsoll config"`, {
    hint: 'use: plimsoll config [locations]',
  });
}

function formatLocations(context: Context): string {
  const read = context.configurationFiles.map(({ path }) => path);
  const locations = listConfigurationLocations(context.environment);
  const all = [...new Set([...read, ...locations])];
  return all.map((path) => `${path}${read.includes(path) ? ' (read)' : ''}\n`).join('');
}

function formatConfiguration({ resolved, configurationFiles }: Context): string {
  const entries = OPTION_LIST.filter(({ spec }) => spec.configKey !== undefined);
  const files = configurationFiles.map(({ path }) => path).join(', ');
  const head = `# Options of plimsoll. Read from: ${files || 'no file'}\n`;
  return head + entries.map(({ name, spec }) => formatEntry(name, spec, resolved)).join('');
}

/** JSON is YAML, so values are written as JSON. */
function formatEntry(name: OptionName, spec: OptionSpec, resolved: ResolvedOptions): string {
  const origin = resolved.origins[name];
  const value =
    spec.kind === 'limits' ? listChangedLimits(resolved.values.limits) : resolved.values[name];
  const comment = `\n# ${spec.description}; ${spec.environment ?? 'no variable'}; from: ${origin}\n`;
  return value === undefined
    ? `${comment}# ${spec.configKey}:\n`
    : `${comment}${spec.configKey}: ${formatJson(hideCredentials(value))}\n`;
}

/** Addresses may contain a login or a token. */
function hideCredentials(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(hideCredentials);
  }
  return typeof value === 'string' ? maskSecrets(hideQuery(value)) : value;
}

/** Hides all values in the query of an address, because a token can have any name. */
function hideQuery(text: string): string {
  return text.replace(/(:\/\/[^\s?#]{1,4096}\?)[^\s#]{1,8192}/g, `$1${MASK}`);
}
