import { parseArgs } from 'node:util';
import { defined } from '../../../foundation/core/defined.ts';
import { UserError } from '../../../foundation/core/error.ts';
import { suggestWord } from '../../../foundation/core/option-suggestion.ts';
import type { PeerConfiguration } from './peer-configuration.ts';
import type { Peer, PeerFlag } from './peer-flag.ts';
import type { PeerProject } from './translation.ts';

/** A parsed command line of another tool. */
export interface Line<Command extends string> {
  readonly command: Command;
  /** Values by flag, in the order given. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly words: readonly string[];
}

/** @throws UserError `E_USAGE` if the tool would not accept it either */
export function readLine<Command extends string>(
  args: readonly string[],
  { name, commands, usualCommand, flags: all }: Peer<Command>,
): Line<Command> {
  // Flags may come before the command: its name is the first word that is not the value of one.
  const first = readTokens(args, listFlags(all, usualCommand)).find(
    ({ kind }) => kind === 'positional',
  );
  const named = commands.find((each) => first?.kind === 'positional' && each === first.value);
  const command = named ?? usualCommand;
  const known = listFlags(all, command);
  const tokens = readTokens(args, known);
  const flags = new Map<string, string[]>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'option') {
      const flag = known.find((each) => each.flag === token.name);
      if (flag === undefined) {
        throw createUnknownFlagError(token.rawName, { name, command, known });
      }
      const value = getFlagValue(flag, token, name);
      if (value !== 'false' || flag.takes !== 'nothing') {
        flags.set(flag.flag, [...(flags.get(flag.flag) ?? []), value]);
      }
    } else if (token.kind === 'positional') {
      words.push(token.value);
    }
  }
  return { command, flags, words: named === undefined ? words : words.slice(1) };
}

function listFlags(all: readonly PeerFlag[], command: string): readonly PeerFlag[] {
  return all.filter((flag) => flag.commands.includes(command));
}

function readTokens(args: readonly string[], known: readonly PeerFlag[]) {
  return parseArgs({
    args: [...args],
    options: Object.fromEntries(known.map((each) => [each.flag, toParserOption(each)])),
    strict: false,
    tokens: true,
  }).tokens;
}

function toParserOption({ takes, short }: PeerFlag): {
  type: 'boolean' | 'string';
  short?: string;
} {
  return {
    type: takes === 'nothing' ? 'boolean' : 'string',
    ...defined({ short }),
  };
}

function getFlagValue(
  flag: PeerFlag,
  { value, rawName }: { readonly value?: string | undefined; readonly rawName: string },
  tool: string,
): string {
  if (flag.takes === 'nothing') {
    return value ?? 'true';
  }
  if (value === undefined) {
    throw new UserError('E_USAGE', `missing value: ${rawName}`, {
      hint: `${tool} ${rawName} VALUE`,
    });
  }
  return rawName.startsWith('--') ? value : value.replace(/^=/, '');
}

function createUnknownFlagError(
  rawName: string,
  {
    name,
    command,
    known,
  }: { readonly name: string; readonly command: string; readonly known: readonly PeerFlag[] },
): UserError {
  return new UserError('E_USAGE', `unknown flag ${rawName} for "${name} ${command}"`, {
    hint: suggestWord(
      rawName.replace(/^-+/, ''),
      known.map(({ flag }) => flag),
    ),
  });
}

/** @throws UserError `E_UNSUPPORTED` for a flag that requests an unsupported feature */
export function refuseUnsupported<Command extends string>(
  { command, flags }: Line<Command>,
  peer: Peer<Command>,
): void {
  for (const { flag, commands, handling } of peer.flags) {
    const values = commands.includes(command) ? flags.get(flag) : undefined;
    if (handling.kind === 'unsupported' && values?.some((value) => value !== 'none')) {
      throw new UserError('E_UNSUPPORTED', `unsupported ${peer.title} flag --${flag}`, {
        hint: handling.why,
      });
    }
  }
}

/** Returns values for our options: flags take precedence over the configuration. */
export function mergeValues<Command extends string>(
  { flags }: Line<Command>,
  peer: Peer<Command>,
  configured: ReadonlyMap<string, readonly string[]>,
): Map<string, readonly string[]> {
  const values = new Map(configured);
  for (const { flag, takes, handling } of peer.flags) {
    const given = flags.get(flag);
    if (given !== undefined && handling.kind === 'same') {
      values.set(handling.ours, takes === 'list' && flag !== 'output' ? splitLists(given) : given);
    }
  }
  return values;
}

/**
 * Returns the settings of a line that come from a found file, unless flags of the line replace
 * them.
 */
export function describePeerProject<Command extends string>(
  { flags }: Line<Command>,
  peer: Peer<Command>,
  { project }: PeerConfiguration,
): PeerProject | undefined {
  const given = peer.flags.flatMap(({ flag, handling }) =>
    handling.kind === 'same' && flags.has(flag) ? [handling.ours] : [],
  );
  return (
    project && {
      flags: project.flags.filter((flag) => !given.includes(flag)),
      ruleFiles: [toRuleFile(peer, project.path)],
    }
  );
}

/** Returns the name of another tool's configuration file for `--ignore-file`. */
export function toRuleFile({ name }: Pick<Peer, 'name'>, path: string): string {
  return `${name}-rules:${path}`;
}

function splitLists(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(',')).map((value) => value.trim());
}

/** Formats each value as `--name=value`. */
export function formatArguments(values: Iterable<readonly [string, readonly string[]]>): string[] {
  return [...values].flatMap(([name, texts]) => texts.map((text) => `--${name}=${text}`));
}

/** Returns `FORMAT[=FILE]` with our name of the format; `file` applies if the value names none. */
export function translateOutput(
  output: string,
  formats: ReadonlyMap<string, string>,
  file: string | undefined,
): string {
  const split = output.indexOf('=');
  const word = split < 0 ? output : output.slice(0, split);
  const place = split < 0 ? (file === undefined ? '' : `=${file}`) : output.slice(split);
  return `${formats.get(word) ?? word}${place}`;
}
