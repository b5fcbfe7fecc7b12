import type { OpenDocument, OpenOptions, Source } from '../../../foundation/core/target.ts';
import { parseCpe } from '../../../foundation/identity/cpe-name/cpe.ts';
import { openDocumentFile } from '../document-file.ts';

const PREFIX = 'cpe:';
const FORMAT = 'cpe-list';

/** CPEs: a single one as the argument, in either binding, or a file with one per line. */
export const cpe: Source = {
  id: 'cpe',
  title: 'CPEs',
  spec: 'NISTIR 7695',
  recognize: async (target) => (target.startsWith(PREFIX) ? 1 : 0),
  open,
};

/** A CPE begins with the name of this source, which has been removed from the target by then. */
async function open(target: string, options: OpenOptions): Promise<OpenDocument> {
  const whole = target.startsWith(PREFIX) ? target : PREFIX + target;
  if (parseCpe(whole) === undefined) {
    return openDocumentFile(target, { ...options, format: FORMAT });
  }
  return {
    description: {
      kind: 'sbom',
      userInput: whole,
      name: options.name ?? whole,
      path: whole,
      origin: 'argument',
    },
    layers: [],
    problems: [],
    document: { content: Buffer.from(whole), format: FORMAT },
    close: async () => undefined,
  };
}
