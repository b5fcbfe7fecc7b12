import { readTargetInventory } from '../../../assess/read-target-inventory.ts';
import type { AttachedDocuments } from '../../../assess/scan-options.ts';
import {
  type CheckedStatement,
  checkStatements,
} from '../../../compliance/attest/verify-statement.ts';
import { chooseReader } from '../../../document/choose-reader.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { DAY_MS } from '../../../foundation/core/duration.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../../foundation/core/error.ts';
import { escapeText } from '../../../foundation/core/screen-text.ts';
import type { FoundDocument } from '../../../foundation/core/vex-reader.ts';
import { type TextColumn, writeTextTable } from '../../../foundation/present/text-table.ts';
import { readNamedDocument } from '../../../image/source/named-file.ts';
import { readVerifyingKeys } from '../../attestation-key.ts';
import type { Command, Context } from '../../command.ts';
import { printJson } from '../../db-output.ts';
import { chooseFlagFormat } from '../../flag-format.ts';
import { createKeylessVerifier } from '../../keyless-trust.ts';
import { getTarget } from '../../report-run.ts';
import { createPorts, createRequest } from '../../request.ts';
import { createTableOptions } from '../../terminal.ts';

/** Verifies signed statements about an image. */
export const verify: Command = { run };

const COLUMNS: readonly TextColumn<CheckedStatement>[] = [
  { title: 'STATEMENT', canShrink: true, cell: ({ kind }) => kind },
  { title: 'RESULT', cell: ({ state }) => state },
  { title: 'SIGNED BY', canShrink: true, wraps: true, cell: ({ identity = '' }) => identity },
  { title: 'TIME', cell: ({ time = '' }) => time },
  { title: 'ORIGIN', canShrink: true, wraps: true, cell: ({ origin }) => origin },
];

async function run(context: Context): Promise<ExitStatus> {
  const target = getTarget(context, 'attest verify');
  const format = chooseFlagFormat(['table', 'json'], '"plimsoll attest verify"', context);
  const { key, limits } = context.resolved.values;
  const verifyBundle = await createKeylessVerifier(context);
  const isKeyless = verifyBundle !== undefined && key.length === 0;
  const keys = isKeyless ? [] : readVerifyingKeys(key);
  const { digest, manifest, documents, isComplete } = await findDocuments(target, context);
  const isPlainDocument = (content: Uint8Array) => chooseReader(content, limits) !== undefined;
  const trust = { keys, limits, manifest, isPlainDocument, ...defined({ verifyBundle }) };
  const checked = documents.flatMap((one) => checkStatements(one, digest, trust));
  const accepted = checked.filter((one) => isAccepted(one, context));
  if (format === 'json') {
    printJson(context, { digest, accepted: accepted.length, statements: checked });
  } else {
    const sink = { write: (text: string) => context.print(text) };
    writeTextTable(sink, { columns: COLUMNS, rows: checked }, createTableOptions(context.terminal));
  }
  if (accepted.length > 0) {
    return EXIT_STATUS.fine;
  }
  const isNothing = checked.length === 0 && isComplete;
  context.warn(isNothing ? 'no statements were found' : explainFailure(context));
  return EXIT_STATUS.gateFailed;
}

interface Documents {
  /** Digest of the manifest. */
  readonly digest: string;
  readonly manifest: Uint8Array;
  readonly documents: readonly FoundDocument[];
  /** Whether all attached statements could be read. */
  readonly isComplete: boolean;
}

async function findDocuments(target: string, context: Context): Promise<Documents> {
  const [, ...files] = context.positionals;
  const found: FoundDocument[] = [];
  let isComplete = true;
  const search =
    files.length > 0
      ? {}
      : ({
          vexFrom: ['referrers'],
          areAllAttachedRequested: true,
          onAttached: ({ documents, missing }: AttachedDocuments) => {
            found.push(...documents);
            isComplete = missing.length === 0;
            missing.forEach(({ reason }) => {
              context.warn(escapeText(`a statement was not read: ${reason}`));
            });
          },
        } as const);
  const request = await createRequest(context);
  const { target: image } = await readTargetInventory(
    target,
    request,
    createPorts(context),
    search,
  );
  if (image.kind !== 'image') {
    throw new UserError(
      'E_UNSUPPORTED',
      `only statements about images can be verified: "${target}"`,
    );
  }
  const { limits } = context.resolved.values;
  const wanted = {
    title: 'the statement',
    hint: 'name the file that "plimsoll attest" wrote',
    limits,
  };
  const named = files.map((file) => {
    return { origin: file, content: readNamedDocument(file, wanted) };
  });
  const { manifestDigest: digest, manifest } = image;
  return { digest, manifest, documents: files.length > 0 ? named : found, isComplete };
}

function isAccepted({ state, kind, time }: CheckedStatement, { resolved, now }: Context): boolean {
  const { statementType, statementAge } = resolved.values;
  const isWanted = resolved.origins.statementType === 'default' || kind === statementType;
  if (state !== 'verified' || !isWanted) {
    return false;
  }
  if (statementAge === 0) {
    return true;
  }
  const ageMs = time === undefined ? Number.NaN : Date.parse(now) - Date.parse(time);
  return ageMs >= 0 && ageMs <= statementAge * DAY_MS;
}

function explainFailure({ resolved }: Context): string {
  const { statementType, statementAge } = resolved.values;
  const kind = resolved.origins.statementType === 'default' ? '' : ` of the type ${statementType}`;
  const age = statementAge === 0 ? '' : ` from the last ${statementAge} days`;
  return escapeText(`no statement${kind}${age} could be verified`);
}
