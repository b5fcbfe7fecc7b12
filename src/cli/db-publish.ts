import { DAY_MS, HOUR_MS } from '../foundation/core/duration.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../foundation/core/error.ts';
import { escapeText, groupDigits } from '../foundation/core/screen-text.ts';
import { readSigningKeys } from '../vulnerability/advisory/delivery/key-directory.ts';
import { writeOciLayout } from '../vulnerability/advisory/delivery/oci-layout.ts';
import {
  type PublishOptions,
  publishDatabase,
} from '../vulnerability/advisory/delivery/publish-database.ts';
import { exportSignedDatabase } from '../vulnerability/advisory/delivery/signed-archive.ts';
import type { Context } from './command.ts';
import { getFileArgument, printRows } from './db-output.ts';
import { writeOutputFile } from './output-file.ts';

const DURATION = /^(\d{1,5})([smhd])$/;
const LAYOUT_TAG = 'latest';
const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', HOUR_MS],
  ['d', DAY_MS],
]);

/** Publishes the database as a directory of static files. */
export async function publishFromArguments(
  database: string,
  context: Context,
): Promise<ExitStatus> {
  const target = getFileArgument(context, 'the directory to publish to', 'public/');
  const { index, isNew, writtenBytes } = await publishDatabase(
    database,
    target,
    createPublishOptions(context),
  );
  const { ociLayout, limits } = context.resolved.values;
  if (ociLayout !== undefined) {
    writeOciLayout(target, ociLayout, { tag: LAYOUT_TAG, limits });
  }
  printRows(context, [
    ['Index', `${index.sequence}, expires ${index.expires}`],
    ['Written', isNew ? `${groupDigits(writtenBytes)} bytes` : 'nothing: already published'],
    ...(ociLayout === undefined
      ? []
      : [['Layout', `${ociLayout}:${LAYOUT_TAG} (copy it with skopeo)`] as const]),
  ]);
  return EXIT_STATUS.fine;
}

/** Writes the database as one signed file, with the index of its publisher or of `--key`. */
export async function exportSigned(
  file: string,
  database: string,
  context: Context,
): Promise<ExitStatus> {
  const { key, limits } = context.resolved.values;
  await exportSignedDatabase(
    database,
    (fill) => writeOutputFile(file, { isPrivate: false }, fill),
    { limits, ...(key.length === 0 ? {} : { publish: createPublishOptions(context) }) },
  );
  context.print(`Signed advisory database written to ${escapeText(file)}\n`);
  return EXIT_STATUS.fine;
}

function createPublishOptions(context: Context): PublishOptions {
  const { key, expires = '7d', limits } = context.resolved.values;
  const { signers, keys } = readSigningKeys(key);
  return {
    signers,
    keys,
    validMs: parseDuration(expires),
    now: context.now,
    limits,
    announce: (line) => context.notify(line),
  };
}

function parseDuration(text: string): number {
  const [, count, unit = ''] = DURATION.exec(text) ?? [];
  const ms = Number(count) * (UNIT_MS.get(unit) ?? Number.NaN);
  if (!(ms > 0)) {
    throw new UserError('E_USAGE', `invalid value "${text}" for --expires`, {
      hint: 'write a number and s, m, h or d, for example 7d',
    });
  }
  return ms;
}
