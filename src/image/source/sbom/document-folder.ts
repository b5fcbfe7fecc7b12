import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { UserError } from '../../../foundation/core/error.ts';
import type { DocumentPart, OpenDocument, OpenOptions } from '../../../foundation/core/target.ts';
import { readFileContent } from '../document-file.ts';
import { detectPathKind, tryFileOperation } from '../local-file.ts';

/**
 * Opens all documents of a directory, by name. Hidden files are skipped; subdirectories are not
 * searched, and reported as parts without content.
 *
 * @throws UserError `E_TARGET_UNREADABLE`; `E_LIMIT` if it has more than `documentFilesMax` files,
 *   or more bytes than `documentFolderBytesMax`.
 */
export async function openDocumentFolder(
  target: string,
  { limits, name = target }: OpenOptions,
): Promise<OpenDocument> {
  const names = tryFileOperation(target, () => readdirSync(target))
    .filter((each) => !each.startsWith('.'))
    .sort(compareText);
  if (names.length > limits.documentFilesMax) {
    throw new UserError(
      'E_LIMIT',
      `"${target}" has ${names.length} files; the limit documentFilesMax allows ${limits.documentFilesMax}`,
    );
  }
  const parts: DocumentPart[] = [];
  let bytes = 0;
  for (const each of names) {
    const part = await readPart(target, each, limits);
    bytes += part.content?.length ?? 0;
    if (bytes > limits.documentFolderBytesMax) {
      throw new UserError(
        'E_LIMIT',
        `The documents in ${target} have more bytes than the ${limits.documentFolderBytesMax} of ` +
          'documentFolderBytesMax.',
      );
    }
    parts.push(part);
  }
  return {
    description: { kind: 'sbom', userInput: target, name, path: target, origin: 'folder' },
    layers: [],
    problems: [],
    document: { content: new Uint8Array(), parts },
    close: async () => undefined,
  };
}

async function readPart(
  folder: string,
  name: string,
  limits: OpenOptions['limits'],
): Promise<DocumentPart> {
  const path = join(folder, name);
  if (detectPathKind(path) === 'folder') {
    return { name, content: undefined, fault: `${path} is a directory and was not read` };
  }
  try {
    return { name, content: await readFileContent(path, limits) };
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    return { name, content: undefined, fault: error.message };
  }
}
