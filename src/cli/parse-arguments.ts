import { parseArgs } from 'node:util';
import { COMMAND_NAMES, type CommandName } from '../foundation/config/command-names.data.ts';
import type { OptionSpec } from '../foundation/config/option-spec.ts';
import { OPTION_LIST, OPTIONS, type OptionName } from '../foundation/config/option-table.ts';
import { addToList } from '../foundation/core/add-to-list.ts';
import { defined } from '../foundation/core/defined.ts';
import { UserError } from '../foundation/core/error.ts';
import { findNearest } from '../foundation/core/option-suggestion.ts';
import { formatSuggestion } from '../foundation/core/suggestion-hint.ts';
import { peerCommands, peerOptions } from '../report/compat/peer-option.data.ts';
import { RENAMED_COMMANDS } from './renamed-commands.data.ts';

export interface Invocation {
  /** Absent if only options were given. */
  readonly command: CommandName | undefined;
  /** Whether the command was typed rather than derived from a target. */
  readonly isCommandNamed: boolean;
  readonly flags: ReadonlyMap<OptionName, readonly string[]>;
  readonly positionals: readonly string[];
}

type Entry = (typeof OPTION_LIST)[number];

/** If commands have different options with the same flag, the first option. */
const ENTRY_BY_FLAG: ReadonlyMap<string, Entry> = new Map(
  OPTION_LIST.toReversed().map((entry) => [entry.spec.flag, entry]),
);

/**
 * Splits a command line. The first argument that is not an option is the command if it is the name
 * of one, and otherwise the target of `scan`. The second one may be a subcommand. Values are not
 * parsed yet.
 *
 * @throws UserError `E_USAGE` with the name of the option and, if a known one is similar, a
 *   suggestion
 */
export function parseArguments(args: readonly string[]): Invocation {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(OPTION_LIST.map(({ spec }) => [spec.flag, toParserOption(spec)])),
    strict: false,
    tokens: true,
  });
  const flags = new Map<OptionName, string[]>();
  const words: string[] = [];
  let command: CommandName | undefined;
  let isTerminated = false;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') {
      isTerminated = true;
    } else if (token.kind === 'option') {
      const { name, value } = readOption(token);
      addToList(flags, name, value);
    } else {
      const longer =
        words.length > 0 || isTerminated ? undefined : extendCommand(command, token.value);
      if (longer === undefined) {
        words.push(token.value);
      }
      command = longer ?? command;
    }
  }
  const target = words.length > 0 ? ('scan' as const) : undefined;
  return checkInvocation({
    command: command ?? target,
    isCommandNamed: command !== undefined,
    flags: new Map(
      Array.from(flags, ([name, values]) => [chooseOption(name, command ?? target), values]),
    ),
    positionals: words,
  });
}

/** Returns the option of the command that has the same flag, or else the option itself. */
function chooseOption(name: OptionName, command: CommandName | undefined): OptionName {
  const { flag } = OPTIONS[name];
  const entry = OPTION_LIST.find(
    ({ spec }) => spec.flag === flag && command !== undefined && spec.commands.includes(command),
  );
  return entry?.name ?? name;
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function readOption(token: OptionToken): { name: OptionName; value: string } {
  const negated = token.name.startsWith('no-') ? ENTRY_BY_FLAG.get(token.name.slice(3)) : undefined;
  if (negated?.spec.kind === 'boolean' && token.value === undefined) {
    return { name: negated.name, value: 'false' };
  }
  const entry = ENTRY_BY_FLAG.get(token.name);
  if (entry === undefined) {
    throw createUnknownOptionError(token);
  }
  if (entry.spec.kind === 'boolean') {
    return { name: entry.name, value: token.value ?? 'true' };
  }
  return { name: entry.name, value: getArgument(entry.spec, token) };
}

/** `-o=json` is read as `-o json`, as in many tools. */
function getArgument(spec: OptionSpec, token: OptionToken): string {
  const isShort = !token.rawName.startsWith('--');
  const isInline = token.inlineValue === true;
  const value = isShort && isInline ? token.value?.replace(/^=/, '') : token.value;
  const looksLikeOption = !isInline && value !== undefined && /^-./.test(value);
  if (value === undefined || looksLikeOption) {
    const argument = spec.kind === 'boolean' ? '' : spec.argument;
    throw new UserError('E_USAGE', `missing value: ${token.rawName} ${argument}`, {
      hint: looksLikeOption
        ? `write --${spec.flag}=${value} if the value starts with a dash`
        : `use, for example: ${spec.example}`,
    });
  }
  return value;
}

function createUnknownOptionError(token: OptionToken): UserError {
  const habit = token.rawName.startsWith('--') ? peerOptions.get(token.name) : undefined;
  if (habit !== undefined) {
    return new UserError('E_USAGE', `unknown option ${token.rawName}`, { hint: habit });
  }
  const long = [...ENTRY_BY_FLAG.keys()];
  const nearest = token.rawName.startsWith('--') ? findNearest(token.name, long) : undefined;
  return new UserError('E_USAGE', `unknown option ${token.rawName}`, {
    hint:
      nearest === undefined
        ? 'run "plimsoll help" to list the options'
        : `did you mean --${nearest}?`,
  });
}

/** Rejects the name of a command in an old text, with the name of today. */
export function refuseRenamed(word: string): void {
  const spelling = RENAMED_COMMANDS.get(word);
  if (spelling !== undefined) {
    throw new UserError('E_USAGE', `the command "${word}" has a new name`, {
      hint: `use: ${spelling}; to scan a target of this name, run "plimsoll scan ${word}"`,
    });
  }
}

/** A path or an image name has a character that no command has. */
const TARGET_CHARACTER = /[./:]/u;

function createSecondTargetError(first: string, second: string): UserError {
  if (TARGET_CHARACTER.test(first)) {
    const message = `only one target can be scanned: "${second}" follows "${first}"`;
    return new UserError('E_USAGE', message, {
      hint: 'scan each one separately, or use "plimsoll compare"',
    });
  }
  return new UserError('E_USAGE', `unknown command "${first}": only one target can be scanned`, {
    hint: peerCommands.get(first) ?? suggestCommand(first, second),
  });
}

/** Two bare names may be images. */
function suggestCommand(first: string, second: string): string {
  const nearest = findNearest(first, COMMAND_NAMES);
  const compare = `run "plimsoll compare ${first} ${second}" to compare two images`;
  return nearest === undefined
    ? `${compare}, or "plimsoll help" to list the commands`
    : formatSuggestion([`"${nearest}"`], TARGET_CHARACTER.test(second) ? undefined : compare);
}

function checkInvocation(invocation: Invocation): Invocation {
  const { command, isCommandNamed, flags, positionals } = invocation;
  const [first, second] = positionals;
  if (!isCommandNamed && first !== undefined) {
    refuseRenamed(first);
  }
  if (!isCommandNamed && first !== undefined && second !== undefined) {
    throw createSecondTargetError(first, second);
  }
  for (const { name, spec } of OPTION_LIST) {
    if (command !== undefined && flags.has(name) && !spec.commands.includes(command)) {
      throw new UserError('E_USAGE', `"plimsoll ${command}" has no option --${spec.flag}`, {
        hint: `use it with: ${spec.commands.join(', ')}`,
      });
    }
  }
  return invocation;
}

function toParserOption(spec: OptionSpec): { type: 'boolean' | 'string'; short?: string } {
  return {
    type: spec.kind === 'boolean' ? 'boolean' : 'string',
    ...defined({ short: spec.short }),
  };
}

/** Returns the command or subcommand that a further argument names. */
function extendCommand(command: CommandName | undefined, word: string): CommandName | undefined {
  const wanted = command === undefined ? word : `${command} ${word}`;
  return COMMAND_NAMES.find((name) => name === wanted);
}
