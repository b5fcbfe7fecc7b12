import { OPTION_LIST } from '../foundation/config/option-table.ts';
import { listChangedLimits } from '../foundation/config/shaping-options.ts';
import { quoteArgument } from '../foundation/core/quote-argument.ts';
import type { Context } from './command.ts';

/** Options that change only how a run reports, not its result. */
const REPORTING: ReadonlySet<string> = new Set([
  'output',
  'quiet',
  'verbose',
  'color',
  'progress',
  'compareWith',
]);

/**
 * Returns a command with the arguments and flags of this run, quoted for a shell, so that it gives
 * the same result. Options of the environment and of files apply anyway.
 *
 * @param more further arguments
 */
export function repeatCommand(
  command: string,
  { positionals, resolved: { origins, values } }: Context,
  more: readonly string[] = [],
): string {
  const flags = OPTION_LIST.flatMap(({ name, spec }) => {
    if (origins[name] !== 'flag' || REPORTING.has(name)) {
      return [];
    }
    const flag = `--${spec.flag}`;
    const value: unknown = spec.kind === 'limits' ? undefined : values[name];
    if (spec.kind === 'limits') {
      return Object.entries(listChangedLimits(values.limits)).flatMap(([limit, bound]) => [
        flag,
        `${limit}=${bound}`,
      ]);
    }
    if (typeof value === 'boolean') {
      return [value ? flag : `--no-${spec.flag}`];
    }
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.flatMap((one) => [flag, String(one)]);
  });
  const words = [...positionals, ...flags, ...more];
  return ['plimsoll', command, ...words.map(quoteArgument)].join(' ');
}
