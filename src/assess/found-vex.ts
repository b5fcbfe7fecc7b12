import { readText } from '../foundation/core/bytes.ts';
import type { Extractor, WantedFile } from '../foundation/core/cataloger.ts';
import type { FoundDocument } from '../foundation/core/vex-reader.ts';
import { listVisibleFacts } from '../image/view/visible-facts.ts';
import type { ReadTarget } from './read-target.ts';

/**
 * VEX documents among the files of a target, by the names that image publishers use. Docker Scout,
 * "Create an exception using VEX"; likewise file names of OpenVEX and CSAF.
 */
export const vexFiles: Extractor<string> = {
  id: 'vex-files',
  version: 1,
  wants: [
    {
      role: 'document',
      paths: ['**/*.vex.json', '**/*.openvex.json', '**/*.vex.cdx.json', '**/*.csaf.json'],
      maxBytes: 'foundVexBytesMax',
    },
  ],
  extract: ({ content }: WantedFile) => ({ fact: readText(content) }),
};

/** The documents that a process would see, up to the limit. */
export function findVexFiles(
  { view, layers }: Pick<ReadTarget, 'view' | 'layers'>,
  foundVexMax: number,
): readonly FoundDocument[] {
  return listVisibleFacts(view, layers, vexFiles.id)
    .slice(0, foundVexMax)
    .map(({ path, fact }) => ({
      origin: `${path} in the target`,
      content: Buffer.from(String(fact)),
    }));
}
