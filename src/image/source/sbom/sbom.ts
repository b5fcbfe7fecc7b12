import { isBinary } from '../../../document/binary-content.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import type { Source, StandardInput } from '../../../foundation/core/target.ts';
import { openDocumentFile, readHead } from '../document-file.ts';
import { detectPathKind, openLocalFile } from '../local-file.ts';
import { openDocumentFolder } from './document-folder.ts';

/** Below the confidence of an image archive, and above that of any other file. */
const CONFIDENCE_MAX = 0.8;
/** No other source accepts the standard input, so the error is that of a document. */
const UNKNOWN_INPUT_CONFIDENCE = 0.05;

/**
 * A document about packages, such as an SBOM that another program wrote; or a directory of them, if
 * the source is explicit: any other directory is one of files.
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
    return Math.max(UNKNOWN_INPUT_CONFIDENCE, await rateConfidence(standardInput));
  }
  if (detectPathKind(target) !== 'file') {
    return 0;
  }
  try {
    using file = openLocalFile(target);
    return await rateConfidence(file);
  } catch {
    // Unreadable files are left to the source that is chosen to open them.
    return 0;
  }
}

async function rateConfidence(input: StandardInput): Promise<number> {
  const limits = DEFAULT_LIMITS;
  const head = await readHead(input, limits.documentHeadBytesMax, limits);
  if (isBinary(head)) {
    return 0;
  }
  // An image archive is opened without loading the document readers.
  const { chooseReader, canBeJson: mayBeJson } = await import('../../../document/choose-reader.ts');
  const found =
    chooseReader(head, limits) ??
    (mayBeJson(head)
      ? chooseReader(await readHead(input, limits.documentBytesMax, limits), limits)
      : undefined);
  return CONFIDENCE_MAX * (found?.confidence ?? 0);
}
