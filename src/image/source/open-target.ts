import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { compareText } from '../../foundation/core/compare-text.ts';
import { type ErrorCode, EXIT_STATUS, UserError } from '../../foundation/core/error.ts';
import { findNearest, suggestWord } from '../../foundation/core/option-suggestion.ts';
import { formatSuggestion } from '../../foundation/core/suggestion-hint.ts';
import type {
  OpenOptions,
  OpenTarget,
  Source,
  StandardInput,
} from '../../foundation/core/target.ts';
import { detectPathKind, splitReference } from './local-file.ts';
import { findShadow, type Shadow } from './shadowed-name.ts';
import { STANDARD_INPUT, takeInput } from './standard-input.ts';
import { findSystemProblem } from './unread-system.ts';

const NAMES_MAX = 10_000;

/**
 * Below this confidence only the name suggests a source: it must be tried to find out whether it
 * has the target.
 */
const GUESS_BELOW = 0.25;

/** Errors of a source that turns out not to have the target. */
const NOT_HERE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'E_TARGET_UNKNOWN',
  'E_TARGET_UNREADABLE',
  'E_UNAUTHORIZED',
  'E_NETWORK',
  'E_PLATFORM',
  'E_CONFIG',
]);

/** Sources of other tools that are not supported, with an alternative for each. */
const UNSUPPORTED = new Map([
  ['containerd', 'export it with "ctr images export app.tar NAME" and name that file'],
  ['singularity', 'build a docker or OCI archive and name that file'],
  ['snap', 'unpack it and name the directory with dir:'],
]);

/**
 * Opens the user's input: `docker-archive:app.tar` by the given source, `app.tar` by the source
 * that recognizes it with the highest confidence. If only the name suggests a source, the next one
 * is tried after it.
 *
 * @throws UserError `E_TARGET_UNKNOWN` with the most similar names if no source recognizes it;
 *   `E_USAGE` if `from` is not the ID of a source; and the errors of the source.
 */
export async function openTarget(
  userInput: string,
  sources: readonly Source[],
  options: OpenOptions & { readonly from?: string },
): Promise<OpenTarget> {
  const { from, ...openOptions } = options;
  refusePassword(userInput);
  if (userInput === STANDARD_INPUT || userInput.endsWith(`:${STANDARD_INPUT}`)) {
    return openStandardInput(userInput, sources, options);
  }
  const choices = await choose(userInput, sources, { from });
  try {
    const opened = await openFirst(choices, openOptions);
    const isFile = isGuessedFile(userInput, choices[0], from);
    const shadow = isFile ? findShadow(userInput) : undefined;
    return shadow === undefined ? opened : announceShadow(opened, shadow, openOptions);
  } catch (error) {
    throw withNeighbour(error, choices[0].target);
  }
}

/** Whether a file or directory was opened without an explicit source. */
function isGuessedFile(userInput: string, { target, isGuess }: Choice, from?: string): boolean {
  return from === undefined && !isGuess && target === userInput;
}

function announceShadow<Opened extends OpenTarget>(
  opened: Opened,
  { message, problem }: Shadow,
  { progress }: OpenOptions,
): Opened {
  progress.emit({ kind: 'notice', level: problem === undefined ? 'info' : 'warning', message });
  if (problem === undefined) {
    return opened;
  }
  return {
    ...opened,
    // The list of a directory grows until the directory has been walked.
    get problems() {
      return [problem, ...opened.problems];
    },
  };
}

/**
 * An address with a password would appear in reports and logs. The message does not repeat it, even
 * if the password is in a later part.
 */
function refusePassword(userInput: string): void {
  const parts = userInput.split('/', USER_INPUT_PARTS);
  const hasPassword = parts.some((part) => {
    const at = part.lastIndexOf('@');
    const isDigest = /^sha(?:256|512):/.test(part.slice(at + 1));
    return at > 0 && !isDigest && part.slice(0, at).includes(':');
  });
  if (hasPassword && detectPathKind(stripAnyScheme(userInput)) === 'none') {
    throw new UserError('E_USAGE', 'the target contains a user name and a password', {
      hint: 'log in with docker login or podman login, and remove the credentials from the target',
    });
  }
}

/** Number of parts: the scheme, the empty string between its slashes, and the authority. */
const USER_INPUT_PARTS = 3;

function stripAnyScheme(userInput: string): string {
  return detectPathKind(userInput) === 'none' ? userInput.replace(/^[a-z-]{1,30}:/, '') : userInput;
}

/** The error of the last one counts; the errors of the others are added to its hint. */
async function openFirst(choices: readonly Choice[], options: OpenOptions): Promise<OpenTarget> {
  const passed: string[] = [];
  for (const [index, { source, target, isGuess }] of choices.entries()) {
    try {
      return addSystemProblem(await source.open(target, options));
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      if (!isGuess || index === choices.length - 1 || !NOT_HERE.has(error.code)) {
        throw passed.length === 0 ? error : withPassed(error, passed);
      }
      passed.push(`${source.id}: ${error.message}`);
    }
  }
  throw new UserError('E_TARGET_UNKNOWN', 'no source could provide the target');
}

/** Of the images of other systems, only packages of applications are read. */
function addSystemProblem(opened: OpenTarget): OpenTarget {
  const { description, problems } = opened;
  const problem = description.kind === 'image' ? findSystemProblem(description.os) : undefined;
  return problem === undefined || opened.document !== undefined
    ? opened
    : { ...opened, problems: [problem, ...problems] };
}

function withPassed(error: UserError, passed: readonly string[]): UserError {
  const before = `check the sources tried: ${passed.join('; ')}`;
  return new UserError(error.code, error.message, {
    hint: error.hint === undefined ? before : `${error.hint} (${before})`,
    cause: error.cause,
  });
}

/** Content of the standard input is kept until the target is closed. */
async function openStandardInput(
  userInput: string,
  sources: readonly Source[],
  { from, ...options }: OpenOptions & { readonly from?: string },
): Promise<OpenTarget> {
  const standardInput = await takeInput(process.stdin, options);
  try {
    const choices = await choose(userInput, sources, { from, standardInput });
    const opened = await openFirst(choices, { ...options, standardInput });
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
  /** Whether only the name suggests it. */
  readonly isGuess: boolean;
}

/** In the order in which they are tried. */
type Choices = readonly [Choice, ...Choice[]];

interface Clues {
  /** ID of the source that the user named separately from the target. */
  readonly from?: string | undefined;
  readonly standardInput?: StandardInput;
}

async function choose(
  userInput: string,
  sources: readonly Source[],
  { from, standardInput }: Clues,
): Promise<Choices> {
  if (from !== undefined) {
    const target = stripScheme(userInput, from);
    return [{ source: findSource(from, sources), target, isGuess: false }];
  }
  const named = sources.find(({ id }) => userInput.startsWith(`${id}:`));
  if (named !== undefined) {
    return [{ source: named, target: stripScheme(userInput, named.id), isGuess: false }];
  }
  const [first, ...others] = await findFitting(userInput, sources, standardInput);
  if (first === undefined || (first.isGuess && hasForeignScheme(userInput, sources))) {
    throw createUnknownError(userInput, sources);
  }
  return [first, ...others];
}

/**
 * Returns whether the text before the colon is an unsupported source, or one typing error away from
 * a known source.
 */
function hasForeignScheme(userInput: string, sources: readonly Source[]): boolean {
  const scheme = /^([a-z][a-z-]{2,30}):./.exec(userInput)?.[1];
  const ids = sources.map(({ id }) => id);
  return (
    scheme !== undefined && (UNSUPPORTED.has(scheme) || findNearest(scheme, ids) !== undefined)
  );
}

function findSource(id: string, sources: readonly Source[]): Source {
  const source = sources.find((candidate) => candidate.id === id);
  if (source === undefined) {
    const known = sources.map((candidate) => candidate.id);
    throw new UserError('E_USAGE', `unknown source "${id}"`, {
      hint: suggestWord(id, known),
    });
  }
  return source;
}

function stripScheme(userInput: string, id: string): string {
  return userInput.startsWith(`${id}:`) ? userInput.slice(id.length + 1) : userInput;
}

/** Highest confidence first; equal ones in the order of the list. */
async function findFitting(
  userInput: string,
  sources: readonly Source[],
  standardInput?: StandardInput,
): Promise<readonly Choice[]> {
  const found: (Choice & { readonly confidence: number })[] = [];
  for (const source of sources) {
    const confidence = await source.recognize(userInput, standardInput);
    if (confidence > 0) {
      found.push({ source, target: userInput, confidence, isGuess: confidence < GUESS_BELOW });
    }
  }
  return found.toSorted((left, right) => right.confidence - left.confidence);
}

/** Adds the path that was perhaps meant to an error about a missing target. */
function withNeighbour(error: unknown, target: string): unknown {
  if (!(error instanceof UserError) || error.status !== EXIT_STATUS.unreachable) {
    return error;
  }
  const { path } = splitReference(target);
  const neighbour = detectPathKind(path) === 'none' ? findNeighbor(path) : undefined;
  if (neighbour === undefined) {
    return error;
  }
  const hint = formatSuggestion([neighbour], error.hint);
  return new UserError(error.code, error.message, { hint, cause: error.cause });
}

function createUnknownError(userInput: string, sources: readonly Source[]): UserError {
  const neighbour = findNeighbor(userInput);
  const [, scheme = '', rest = ''] = /^([a-z][a-z-]{1,30}):(.+)$/.exec(userInput) ?? [];
  const instead = UNSUPPORTED.get(scheme);
  if (instead !== undefined) {
    const message = `unsupported source "${scheme}:"`;
    return new UserError('E_TARGET_UNKNOWN', message, { hint: instead });
  }
  if (/^[a-z][a-z0-9+.-]{1,10}:\/\//.test(userInput)) {
    const message = `URLs are not supported as targets: "${userInput}"`;
    return new UserError('E_TARGET_UNKNOWN', message, {
      hint: 'download the file and name it; for an image in a registry, write registry:HOST/NAME',
    });
  }
  const ids = sources.map((source) => source.id);
  const id = scheme === '' ? undefined : findNearest(scheme, ids);
  const near = [neighbour, id === undefined ? undefined : `${id}:${rest}`];
  const names = near.filter((name) => name !== undefined);
  const registryHint = userInput.includes('/') ? `; for an image, write registry:${userInput}` : '';
  const listed = `name the source of the target, one of: ${ids.join(', ')}${registryHint}`;
  return new UserError('E_TARGET_UNKNOWN', `no such file, directory or image: "${userInput}"`, {
    hint: formatSuggestion(names, names.length > 0 ? undefined : listed),
  });
}

/** The path in the same directory with the most similar name. */
function findNeighbor(target: string): string | undefined {
  const folder = dirname(target);
  try {
    const names = readdirSync(folder).slice(0, NAMES_MAX).sort(compareText);
    const name = findNearest(basename(target), names);
    return name === undefined ? undefined : join(folder, name);
  } catch {
    return undefined;
  }
}
