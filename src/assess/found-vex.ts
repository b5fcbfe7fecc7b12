import { readText } from '../core/bytes.ts';
import type { Extractor, WantedFile } from '../core/cataloger.ts';
import type { FoundDocument } from '../core/vex-reader.ts';
import { visibleFacts } from '../view/visible-facts.ts';
import type { ReadTarget } from './read-target.ts';

/**
 * VEX documents among the files of a target, by the names that publishers of images give them.
 * Docker Scout, "Create an exception using VEX"; OpenVEX and CSAF name files likewise.
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

/** Those that a process would see, as many as the limit allows. */
export function vexFilesIn(
  { view, layers }: Pick<ReadTarget, 'view' | 'layers'>,
  foundVexMax: number,
): readonly FoundDocument[] {
  return visibleFacts(view, layers, vexFiles.id)
    .slice(0, foundVexMax)
    .map(({ path, fact }) => ({
      origin: `${path} in the target`,
      content: Buffer.from(String(fact)),
    }));
}
