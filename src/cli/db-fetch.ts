import { existsSync } from 'node:fs';
import { defined } from '../foundation/core/defined.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../foundation/core/error.ts';
import { escapeText, formatCount } from '../foundation/core/screen-text.ts';
import { findFeed, listFeeds } from '../vulnerability/advisory/build-database.ts';
import { parseMirror } from '../vulnerability/advisory/fetch/feed-address.ts';
import { type FetchOutcome, fetchFeeds } from '../vulnerability/advisory/fetch/fetch-feeds.ts';
import type { FeedProvider } from '../vulnerability/advisory/provider/contract.ts';
import type { Context } from './command.ts';

const HINT = 'name it last, for example: plimsoll db fetch osv ./feeds';
const MISSING_SHOWN = 3;
const NEVER_SHIPPED = 'never-shipped';

/**
 * Downloads the documents of feeds: of the named ones, or of all whose terms allow to redistribute
 * them. The last argument is the directory.
 */
export async function fetchFromArguments(
  words: readonly string[],
  context: Context,
): Promise<ExitStatus> {
  const { ids, folder } = readArguments(words);
  const { mirror, insecureDbHttp, caFile, allowHost, offline, limits } = context.resolved.values;
  const place = mirror === undefined ? undefined : parseMirror(mirror);
  if (offline && place?.protocol !== 'file:') {
    throw new UserError('E_USAGE', 'network access is disabled (--offline): "db fetch" needs it', {
      hint: 'leave out --offline, or use a directory as --mirror',
    });
  }
  const outcomes: FetchOutcome[] = [];
  await fetchFeeds(chooseFeeds(ids, context), folder, {
    isPlainAllowed: insecureDbHttp,
    environment: context.environment,
    allowedHosts: allowHost,
    limits,
    progress: context.progress,
    now: context.now,
    resources: context.resources,
    ...defined({ mirror: place, certificateFile: caFile }),
    report: (outcome) => {
      outcomes.push(outcome);
      context.print(`${escapeText(formatOutcome(outcome))}\n`);
    },
  });
  refuseFailures(outcomes, ids.length > 0);
  return EXIT_STATUS.fine;
}

function readArguments(words: readonly string[]): {
  readonly ids: readonly string[];
  readonly folder: string;
} {
  const ids = words.slice(0, -1);
  const folder = words.at(-1);
  if (folder === undefined) {
    throw new UserError('E_USAGE', 'missing argument: "plimsoll db fetch" needs a directory', {
      hint: HINT,
    });
  }
  if (listFeeds().some(({ id }) => id === folder) && !existsSync(folder)) {
    throw new UserError('E_USAGE', `missing directory: "${folder}" is a provider`, {
      hint: `${HINT} (or "./${folder}" for a directory with this name)`,
    });
  }
  return { ids, folder };
}

function chooseFeeds(ids: readonly string[], context: Context): readonly FeedProvider[] {
  if (ids.length > 0) {
    return [...new Set(ids)].map(findFeed);
  }
  const [kept, others] = [false, true].map((isForbidden) =>
    listFeeds().filter(({ marks = [] }) => marks.includes(NEVER_SHIPPED) === isForbidden),
  );
  for (const { id } of others ?? []) {
    context.notify(
      `${id} is not fetched: its terms forbid to redistribute it; name it to fetch it`,
    );
  }
  return kept ?? [];
}

/** Formats the number of files, the terms, and everything that is missing. */
function formatOutcome({ feed, changed, unchanged, ...rest }: FetchOutcome): string {
  const { license, marks = [], id } = feed;
  if (rest.error !== undefined) {
    return `${id}: failed: ${rest.error.message}`;
  }
  const total = changed.length + unchanged.length;
  const parts = [
    `${formatCount(total, 'file')}, ${changed.length} new or changed`,
    `license ${license.expression === 'NONE' ? 'not stated' : license.expression}`,
    `from ${license.attribution}`,
    ...marks.map((mark) => mark.replace('-', ' ')),
    ...formatMissing(rest.missing),
    ...rest.unsupported.map((url) => `no archive by HTTPS of ${url}`),
  ];
  return `${id}: ${parts.join('; ')}`;
}

function formatMissing(missing: readonly string[]): readonly string[] {
  const rest = missing.length - MISSING_SHOWN;
  const more = rest > 0 ? ` and ${rest} more` : '';
  const listed = missing.slice(0, MISSING_SHOWN).join(', ');
  return missing.length === 0 ? [] : [`not found: ${listed}${more}`];
}

/** A feed that the user names must have at least one file. */
function refuseFailures(outcomes: readonly FetchOutcome[], areNamed: boolean): void {
  const failed = outcomes.filter(({ error }) => error !== undefined);
  const empty = outcomes.filter(
    ({ error, changed, unchanged }) =>
      areNamed && error === undefined && changed.length + unchanged.length === 0,
  );
  const [first] = failed;
  if (first?.error !== undefined) {
    const others =
      failed.length === 1 ? '' : ` (and ${formatCount(failed.length - 1, 'other feed')})`;
    const { code, message, hint } = first.error;
    throw new UserError(code, `could not fetch ${first.feed.id}${others}: ${message}`, {
      ...defined({ hint }),
      cause: first.error,
    });
  }
  const [missing] = empty;
  if (missing !== undefined) {
    throw new UserError(
      'E_DB_UPDATE',
      `could not fetch ${missing.feed.id}: none of its files exist`,
      {
        hint:
          missing.unsupported.length > 0
            ? 'clone the repository with git, and use "plimsoll db build --from DIR"'
            : 'check the mirror; the old files are unchanged',
      },
    );
  }
}
