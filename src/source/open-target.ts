import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { compareText } from '../core/digest.ts';
import { UserError } from '../core/error.ts';
import { nearestOf, suggestionFor } from '../core/option-suggestion.ts';
import type { OpenOptions, OpenTarget, Source } from '../core/target.ts';

const NAMES_MAX = 10_000;

/**
 * Opens what the user named: `docker-archive:app.tar` by the source that it names, `app.tar` by the source
 * that recognises it best.
 *
 * @throws UserError `E_TARGET_UNKNOWN` where no source recognises it, with the names nearest to it; `E_USAGE` where
 * `from` is not the id of a source; and whatever the source throws.
 */
export async function openTarget(
  userInput: string,
  sources: readonly Source[],
  options: OpenOptions & { readonly from?: string },
): Promise<OpenTarget> {
  const { from, ...openOptions } = options;
  if (from !== undefined) {
    return sourceOf(from, sources).open(withoutScheme(userInput, from), openOptions);
  }
  const colon = userInput.indexOf(':');
  const named = sources.find(({ id }) => id === userInput.slice(0, Math.max(colon, 0)));
  if (named !== undefined) {
    const target = userInput.slice(colon + 1);
    return namingNeighbours(target, named.open(target, openOptions));
  }
  const source = await bestOf(userInput, sources);
  if (source === undefined) {
    throw unknown(userInput, sources);
  }
  return source.open(userInput, openOptions);
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
async function bestOf(userInput: string, sources: readonly Source[]): Promise<Source | undefined> {
  let best: Source | undefined;
  let sureness = 0;
  for (const source of sources) {
    const own = await source.recognises(userInput);
    if (own > sureness) {
      best = source;
      sureness = own;
    }
  }
  return best;
}

/** Adds the names nearest to a path to the error that says there is nothing at it. */
async function namingNeighbours(target: string, opening: Promise<OpenTarget>): Promise<OpenTarget> {
  try {
    return await opening;
  } catch (error) {
    const isBare =
      error instanceof UserError && error.code === 'E_TARGET_UNKNOWN' && error.hint === undefined;
    const neighbour = isBare ? neighbourOf(target) : undefined;
    if (!isBare || neighbour === undefined) {
      throw error;
    }
    throw new UserError(error.code, error.message, {
      hint: `Did you mean ${neighbour}?`,
      cause: error.cause,
    });
  }
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
