import type { Distro } from '../core/distro.ts';
import type { DocumentContent, ReadDocumentOptions } from '../core/document.ts';
import { UserError } from '../core/error.ts';
import type { InventoryPackage } from '../core/inventory.ts';
import { checkSize, documentText } from '../syntax/json/bounded-json.ts';
import { DocumentProblems } from '../syntax/json/document-records.ts';
import { linesOf } from '../syntax/text/lines.ts';

const COMMENT = '#';

/** A document that names a package a line. Lines that begin with `#` are comments. */
export interface LineDocument {
  /** The id of the reader. */
  readonly id: string;
  /** What messages call the document. */
  readonly subject: string;
  /** Why a line that names no package was left out, as a sentence. */
  readonly refusal: string;
  /** @returns `undefined` for a line that names no package */
  readonly packageAt: (number: number, written: string) => NamedPackage | undefined;
}

export interface NamedPackage {
  readonly listed: InventoryPackage;
  /** The system that the line names beside the package. */
  readonly distro?: Distro | undefined;
}

/** @returns how sure it is, by the first line that says something */
export function recognisesLines(head: Uint8Array, prefix: string): number {
  for (const { text } of linesOf(documentText(head))) {
    const line = text.trim();
    if (line !== '' && !line.startsWith(COMMENT)) {
      return line.startsWith(prefix) ? 0.9 : 0;
    }
  }
  return 0;
}

/**
 * @throws UserError `E_LIMIT` for a document that is too long, `E_DOCUMENT_INVALID` where no line
 * names a package
 */
export function readLineDocument(
  content: Uint8Array,
  { id, subject, refusal, packageAt }: LineDocument,
  { limits, description }: ReadDocumentOptions,
): DocumentContent {
  checkSize(content, { subject, limits });
  const problems = new DocumentProblems(id, limits);
  const packages: InventoryPackage[] = [];
  for (const { text, number: line } of linesOf(documentText(content))) {
    const written = text.trim();
    if (written === '' || written.startsWith(COMMENT)) {
      continue;
    }
    if (packages.length >= limits.documentPackagesMax) {
      problems.note('P_LIMIT', 'Lines beyond the limit documentPackagesMax were not read.', line);
      break;
    }
    const found = packageAt(line, written);
    if (found === undefined) {
      problems.note('P_RECORD', refusal, line);
      continue;
    }
    packages.push(found.listed);
  }
  if (packages.length === 0) {
    throw new UserError('E_DOCUMENT_INVALID', `${subject} has none that is well formed.`);
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
