import type { Distro } from '../foundation/core/distro.ts';
import type { DocumentContent, ReadDocumentOptions } from '../foundation/core/document.ts';
import { UserError } from '../foundation/core/error.ts';
import type { InventoryPackage } from '../foundation/core/inventory.ts';
import { checkSize, decodeDocument } from '../foundation/syntax/json/bounded-json.ts';
import { DocumentProblems } from '../foundation/syntax/json/document-records.ts';
import { splitLines } from '../foundation/syntax/text/lines.ts';

const COMMENT = '#';

/** A document with one package per line. Lines that start with `#` are comments. */
export interface LineDocument {
  /** ID of the reader. */
  readonly id: string;
  /** Name of the document in messages. */
  readonly subject: string;
  /** Reason why a line without a package was skipped, as a sentence. */
  readonly refusal: string;
  /** @returns `undefined` for a line without a package */
  readonly readPackageLine: (number: number, written: string) => NamedPackage | undefined;
}

export interface NamedPackage {
  readonly listed: InventoryPackage;
  /** The operating system that the line names with the package. */
  readonly distro?: Distro | undefined;
}

/** @returns the confidence by the first line that is not blank */
export function recognizeLines(head: Uint8Array, prefix: string): number {
  for (const { text } of splitLines(decodeDocument(head))) {
    const line = text.trim();
    if (line !== '' && !line.startsWith(COMMENT)) {
      return line.startsWith(prefix) ? 0.9 : 0;
    }
  }
  return 0;
}

/**
 * @throws UserError `E_LIMIT` for a document that is too long, `E_DOCUMENT_INVALID` if no line
 *   names a package
 */
export function readLineDocument(
  content: Uint8Array,
  { id, subject, refusal, readPackageLine }: LineDocument,
  { limits, description }: ReadDocumentOptions,
): DocumentContent {
  checkSize(content, { subject, limits });
  const problems = new DocumentProblems(id, limits);
  const packages: InventoryPackage[] = [];
  for (const { text, number: line } of splitLines(decodeDocument(content))) {
    const written = text.trim();
    if (written === '' || written.startsWith(COMMENT)) {
      continue;
    }
    if (packages.length >= limits.documentPackagesMax) {
      problems.note(
        'P_LIMIT',
        'some lines were not read: the document exceeds the limit documentPackagesMax',
        line,
      );
      break;
    }
    const found = readPackageLine(line, written);
    if (found === undefined) {
      problems.note('P_RECORD', refusal, line);
      continue;
    }
    packages.push(found.listed);
  }
  if (packages.length === 0) {
    throw new UserError('E_DOCUMENT_INVALID', `${subject} has no valid line`);
  }
  return {
    inventory: {
      target: description,
      distro: undefined,
      packages,
      files: [],
      relationships: [],
      problems: problems.listed,
      problemsNotListed: problems.notListed,
      catalogers: [],
      layerBytes: [],
      scope: 'squashed',
    },
    keys: 'document',
  };
}
