import { createPublicKey, type KeyObject } from 'node:crypto';
import { type ReadFoundVexOptions, readFoundVex } from '../document/vex/read-vex.ts';
import type { VexDocument } from '../foundation/core/decision.ts';
import { defined } from '../foundation/core/defined.ts';
import { UserError } from '../foundation/core/error.ts';
import type { Limits } from '../foundation/core/limits.ts';
import { escapeText, formatCount } from '../foundation/core/screen-text.ts';
import type { FoundDocument } from '../foundation/core/vex-reader.ts';
import { readNamedFile } from '../image/source/named-file.ts';
import type { Ports } from './ports.ts';
import type { DecisionRequest } from './request.ts';
import type { ScanOptions } from './scan-options.ts';

/** A search for VEX documents in or beside the target. */
export interface VexSearch {
  readonly options: Pick<ScanOptions, 'vexFrom' | 'onVex'>;
  /**
   * Returns the documents that were found, once the target has been read. Notifies if there were
   * none.
   */
  readDocuments(): readonly VexDocument[];
}

/** @throws UserError `E_USAGE` if a key file does not hold a public key */
export function createVexSearch(
  { vexFrom = [], vexKeyFiles = [], vexBundleVerifier: verifyBundle }: DecisionRequest,
  limits: Limits,
  ports: Ports,
): VexSearch {
  const keys =
    vexKeyFiles.length === 0 ? {} : { keys: vexKeyFiles.map((file) => readVexKey(file, limits)) };
  if (vexFrom.length === 0) {
    return { options: {}, readDocuments: () => [] };
  }
  const found: FoundDocument[] = [];
  return {
    options: { vexFrom, onVex: (document) => found.push(document) },
    readDocuments: () => {
      const trust = { ...keys, ...defined({ verifyBundle }), limits };
      const documents = found.flatMap((one) => readFoundDocument(one, trust));
      if (documents.length === 0) {
        ports.notify(`warning: --vex-from ${vexFrom.join(',')} found no VEX document`);
      }
      for (const { origin, statements, signature, problems } of documents) {
        const count = formatCount(statements.length, 'statement');
        const state = statements.length === 0 ? problems[0] : signature;
        ports.notify(escapeText([`VEX document ${origin}: ${count}`, state].join('; ')));
      }
      return documents;
    },
  };
}

/** Reads a public key of `--vex-key`. @throws UserError `E_USAGE` */
export function readVexKey(file: string, limits: Limits): KeyObject {
  const refuse = (cause?: unknown): UserError =>
    new UserError('E_USAGE', `--vex-key: "${file}" does not contain a public key`, {
      hint: 'use a PEM file, such as the cosign.pub that "cosign generate-key-pair" writes',
      cause,
    });
  const content = readNamedFile(file, {
    maxBytes: limits.documentBytesMax,
    createUnreadableError: refuse,
    createTooLongError: refuse,
  });
  try {
    return createPublicKey(content);
  } catch (cause) {
    throw refuse(cause);
  }
}

/** A malformed document in an image must not end the scan: it becomes a document with a problem. */
function readFoundDocument(
  { origin, content, attachedTo }: FoundDocument,
  options: Pick<ReadFoundVexOptions, 'limits' | 'keys' | 'verifyBundle'>,
): readonly VexDocument[] {
  try {
    const about = attachedTo === undefined ? {} : { attachedTo };
    return readFoundVex(content, { ...options, ...about, origin });
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    const nothing = { format: 'unknown', id: origin, author: 'unknown author', statements: [] };
    return [{ ...nothing, origin, problems: [error.message] }];
  }
}
