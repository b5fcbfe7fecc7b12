import type { OpenDocument, OpenOptions, Source } from '../../../foundation/core/target.ts';
import { openDocumentFile } from '../document-file.ts';

const PREFIX = 'pkg:';
const FORMAT = 'purl-list';

/** Package URLs: a single one as the argument, or a file with one per line. */
export const purl: Source = {
  id: 'purl',
  title: 'Package URLs',
  spec: 'ECMA-427',
  recognize: async (target) => (target.startsWith(PREFIX) ? 1 : 0),
  open,
};

async function open(target: string, options: OpenOptions): Promise<OpenDocument> {
  if (!target.startsWith(PREFIX)) {
    return openDocumentFile(target, { ...options, format: FORMAT });
  }
  return {
    description: {
      kind: 'sbom',
      userInput: target,
      name: options.name ?? target,
      path: target,
      origin: 'argument',
    },
    layers: [],
    problems: [],
    document: { content: Buffer.from(target), format: FORMAT },
    close: async () => undefined,
  };
}
