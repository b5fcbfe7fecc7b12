import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { compareText } from '../core/digest.ts';
import { EXIT_STATUS, UserError } from '../core/error.ts';
import { nearestOf, suggestionFor } from '../core/option-suggestion.ts';
import type { OpenOptions, OpenTarget, Source, StandardInput } from '../core/target.ts';
import { pathKind, splitReference } from './local-file.ts';
import { STANDARD_INPUT, takeInput } from './standard-input.ts';

const NAMES_MAX = 10_000;

/**
 * Opens what the user named: `docker-archive:app.tar` by the source that it names, `app.tar` by the
 * source that recognises it best.
 *
 * @throws UserError `E_TARGET_UNKNOWN` where no source recognises it, with the names nearest to it;
 * `E_USAGE` where `from` is not the id of a source; and whatever the source throws.
 */
export async function openTarget(
  userInput: string,
  sources: readonly Source[],
  options: OpenOptions & { readonly from?: string },
): Promise<OpenTarget> {
  const { from, ...openOptions } = options;
  if (userInput === STANDARD_INPUT || userInput.endsWith(`:${STANDARD_INPUT}`)) {
    return openStandardInput(userInput, sources, options);
  }
  const { source, target } = await choose(userInput, sources, { from });
  try {
    return await source.open(target, openOptions);
  } catch (error) {
    throw withNeighbour(error, target);
  }
}

/** What came in by the standard input is kept until the target is closed. */
async function openStandardInput(
  userInput: string,
  sources: readonly Source[],
  { from, ...options }: OpenOptions & { readonly from?: string },
): Promise<OpenTarget> {
  const standardInput = await takeInput(process.stdin, options);
  try {
    const { source, target } = await choose(userInput, sources, { from, standardInput });
    const opened = await source.open(target, { ...options, standardInput });
    const close = async () => {
      await opened.close();
      standardInput[Symbol.dispose]();
    };
    return { ...opened, close };
  } catch (error) {
    standardInput[Symbol.dispose]();
    throw error;
  }
}

interface Choice {
  readonly source: Source;
  readonly target: string;
}

interface Clues {
  /** Id of the source that the user named apart from the target. */
  readonly from?: string | undefined;
  readonly standardInput?: StandardInput;
}

async function choose(
  userInput: string,
  sources: readonly Source[],
  { from, standardInput }: Clues,
): Promise<Choice> {
  if (from !== undefined) {
    return { source: sourceOf(from, sources), target: withoutScheme(userInput, from) };
  }
  const named = sources.find(({ id }) => userInput.startsWith(`${id}:`));
  if (named !== undefined) {
    return { source: named, target: withoutScheme(userInput, named.id) };
  }
  const source = await bestOf(userInput, sources, standardInput);
  if (source === undefined) {
    throw unknown(userInput, sources);
  }
  return { source, target: userInput };
}

function sourceOf(id: string, sources: readonly Source[]): Source {
  const source = sources.find((candidate) => candidate.id === id);
  if (source === undefined) {
    const known = sources.map((candidate) => candidate.id);
    throw new UserError('E_USAGE', `There is no source "${id}".`, {
      hint: suggestionFor(id, known),
    });
  }
  return source;
}

function withoutScheme(userInput: string, id: string): string {
  return userInput.startsWith(`${id}:`) ? userInput.slice(id.length + 1) : userInput;
}

/** The source that is surest; of equally sure ones the first. */
async function bestOf(
  userInput: string,
  sources: readonly Source[],
  standardInput?: StandardInput,
): Promise<Source | undefined> {
  let best: Source | undefined;
  let sureness = 0;
  for (const source of sources) {
    const own = await source.recognises(userInput, standardInput);
    if (own > sureness) {
      best = source;
      sureness = own;
    }
  }
  return best;
}

/** Adds the path that was perhaps meant to an error that says there is nothing to be had. */
function withNeighbour(error: unknown, target: string): unknown {
  if (!(error instanceof UserError) || error.status !== EXIT_STATUS.unreachable) {
    return error;
  }
  const { path } = splitReference(target);
  const neighbour = pathKind(path) === 'none' ? neighbourOf(path) : undefined;
  if (neighbour === undefined) {
    return error;
  }
  const hint = [`Did you mean ${neighbour}?`, ...(error.hint === undefined ? [] : [error.hint])];
  return new UserError(error.code, error.message, { hint: hint.join(' '), cause: error.cause });
}

function unknown(userInput: string, sources: readonly Source[]): UserError {
  const neighbour = neighbourOf(userInput);
  const scheme = /^([a-z][a-z-]{1,30}):(.+)$/.exec(userInput);
  const ids = sources.map(({ id }) => id);
  const id = scheme?.[1] === undefined ? undefined : nearestOf(scheme[1], ids);
  const hints = [
    ...(neighbour === undefined ? [] : [`Did you mean ${neighbour}?`]),
    ...(id === undefined ? [] : [`Did you mean ${id}:${scheme?.[2] ?? ''}?`]),
  ];
  return new UserError('E_TARGET_UNKNOWN', `There is no file, folder or image "${userInput}".`, {
    hint:
      hints.length > 0
        ? hints.join(' ')
        : `Targets can be named by their source: ${ids.join(', ')}.`,
  });
}

/** The path in the same folder whose name is nearest. */
function neighbourOf(target: string): string | undefined {
  const folder = dirname(target);
  try {
    const names = readdirSync(folder).slice(0, NAMES_MAX).sort(compareText);
    const name = nearestOf(basename(target), names);
    return name === undefined ? undefined : join(folder, name);
  } catch {
    return undefined;
  }
}
