import { stdin } from 'node:process';
import { EXIT_STATUS, type ExitStatus, UserError } from '../foundation/core/error.ts';
import { formatJson } from '../foundation/core/json-document.ts';
import { escapeText, formatCount } from '../foundation/core/screen-text.ts';
import { type TextColumn, writeTextTable } from '../foundation/present/text-table.ts';
import { readNamedDocument } from '../image/source/named-file.ts';
import { STANDARD_INPUT } from '../image/source/standard-input.ts';
import { NAME_PATTERN } from '../server/access/principal.ts';
import { callRoute } from '../server/http/api-client.ts';
import type { ReportedPlacements, UnknownImage } from '../server/placement/placement.ts';
import { readPlacementDocument } from '../server/placement/read-placements.ts';
import type { Context } from './command.ts';
import { findContextServer } from './find-server.ts';
import { chooseFlagFormat } from './flag-format.ts';
import { createTableOptions } from './terminal.ts';

const ANSWER_MS_MAX = 120_000;
const EXAMPLE = 'kubectl get pods -A -o json | plimsoll push --placements - --environment prod';

/** Sends which images are in use, and prints those that the server does not have. */
export async function pushPlacements(file: string, context: Context): Promise<ExitStatus> {
  const { values } = context.resolved;
  const format = chooseFlagFormat(['text', 'json'], '"plimsoll push --placements"', context);
  const { environment = '', placementSource } = values;
  const source = chooseSource(placementSource, environment);
  const server = findContextServer(context);
  const content = await readReportFile(file, context);
  const placements = readPlacementDocument(content, environment, values.limits);
  const listed = placements.map(({ digest, ...one }) => (digest === '' ? one : { ...one, digest }));
  const result = await callRoute(server, 'PUT /api/v1/placement-reports/{source}', {
    request: { path: { source }, body: { placements: listed } },
    subject: 'the placements',
    timeoutMs: ANSWER_MS_MAX,
    onRetry: (reason) =>
      context.notify(`the server could not take the placements (${reason}): trying again`),
  });
  if (format === 'json') {
    context.print(`${formatJson(result)}\n`);
  } else {
    printReport(result, context);
  }
  return EXIT_STATUS.fine;
}

/** A report replaces the one of the same source before, so each cluster needs a name. */
function chooseSource(named: string | undefined, environment: string): string {
  const source = named ?? environment.toLowerCase();
  if (source === '') {
    throw new UserError('E_USAGE', 'the source of the placements has no name', {
      hint: `name the environment, or the source: ${EXAMPLE}`,
    });
  }
  if (!NAME_PATTERN.test(source)) {
    throw new UserError('E_USAGE', `invalid name of a source of placements: "${source}"`, {
      hint: 'use 1 to 64 of a-z, 0-9, "._-": --placement-source prod-eu',
    });
  }
  return source;
}

/** @throws UserError `E_TARGET_UNREADABLE`, or `E_LIMIT` beyond `documentBytesMax` */
async function readReportFile(file: string, { resolved }: Context): Promise<Uint8Array> {
  const { limits } = resolved.values;
  if (file !== STANDARD_INPUT) {
    const hint = 'check the path, or use - for standard input';
    return readNamedDocument(file, { title: 'the placements', hint, limits });
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stdin as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > limits.documentBytesMax) {
      const max = limits.documentBytesMax;
      throw new UserError(
        'E_LIMIT',
        `standard input has more than ${max} bytes (documentBytesMax)`,
      );
    }
    chunks.push(chunk);
  }
  if (bytes === 0) {
    // The command before the pipe failed: an empty report would end all placements.
    throw new UserError('E_TARGET_UNREADABLE', 'standard input is empty', { hint: EXAMPLE });
  }
  return Buffer.concat(chunks);
}

const COLUMNS: readonly TextColumn<UnknownImage>[] = [
  { title: 'UNKNOWN IMAGE', canShrink: true, cell: ({ reference }) => reference },
  { title: 'DIGEST', cell: ({ digest }) => digest.slice(0, 19) || 'only a tag' },
  { title: 'PLACEMENTS', cell: ({ placements }) => String(placements) },
];

function printReport(result: ReportedPlacements, context: Context): void {
  const { source, placements, started, stopped, images, unknown } = result;
  const total = images.known + images.unknown + images.unresolved;
  context.print(
    `${escapeText(source)}: ${formatCount(total, 'image')} in ${formatCount(placements, 'placement')}: ${images.known} known, ${images.unknown} unknown to the server, ${images.unresolved} only named by a tag; ${started} started, ${stopped} stopped\n`,
  );
  if (unknown.length > 0) {
    const target = { write: (text: string) => context.print(text) };
    writeTextTable(
      target,
      { columns: COLUMNS, rows: unknown },
      createTableOptions(context.terminal),
    );
    context.notify(
      'the server has no findings of unknown images: send them with "plimsoll push IMAGE"',
    );
  }
}
