import { DEFAULT_LIMITS } from '../../core/limits.ts';
import type { Source, StandardInput } from '../../core/target.ts';
import { openDocumentFile, readHead } from '../document-file.ts';
import { detectPathKind, openLocalFile } from '../local-file.ts';
import { openDocumentFolder } from './document-folder.ts';

/** Less sure than an image archive is of itself, and surer than any file is a file. */
const SURENESS_MAX = 0.8;
/** Nothing else takes the standard input, so that the error is that of a document. */
const SURENESS_OF_UNKNOWN_INPUT = 0.05;

/**
 * A document that says what is on board, such as an SBOM that another program wrote; or a folder of
 * them, where it is named as such: any other folder is one of files.
 */
export const sbom: Source = {
  id: 'sbom',
  title: 'SBOM document',
  spec: 'NTIA, "The Minimum Elements For a Software Bill of Materials"',
  recognize,
  open: async (target, options) =>
    detectPathKind(target) === 'folder'
      ? openDocumentFolder(target, options)
      : openDocumentFile(target, options),
};

async function recognize(target: string, standardInput?: StandardInput): Promise<number> {
  if (standardInput !== undefined) {
    return Math.max(SURENESS_OF_UNKNOWN_INPUT, await rateSureness(standardInput));
  }
  if (detectPathKind(target) !== 'file') {
    return 0;
  }
  try {
    using file = openLocalFile(target);
    return await rateSureness(file);
  } catch {
    // What cannot be read is left to those who are asked to open it.
    return 0;
  }
}

async function rateSureness(input: StandardInput): Promise<number> {
  // An image that is named with its source is opened without the readers of documents.
  const { chooseReader, canBeJson: mayBeJson } = await import('../../document/choose-reader.ts');
  const limits = DEFAULT_LIMITS;
  const head = await readHead(input, limits.documentHeadBytesMax, limits);
  const found =
    chooseReader(head, limits) ??
    (mayBeJson(head)
      ? chooseReader(await readHead(input, limits.documentBytesMax, limits), limits)
      : undefined);
  return SURENESS_MAX * (found?.sureness ?? 0);
}
