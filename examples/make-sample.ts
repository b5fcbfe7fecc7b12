import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALPINE_SAMPLE } from './alpine-sample.data.ts';
import { DEBIAN_SAMPLE } from './debian-sample.data.ts';
import { createOciArchive } from './sample-image.ts';

/** Returns every sample image by its file name. Always the same bytes. */
export function createSampleArchives(): ReadonlyMap<string, Uint8Array> {
  return new Map([
    ['sample.oci.tar', createOciArchive(DEBIAN_SAMPLE)],
    ['sample-alpine.oci.tar', createOciArchive(ALPINE_SAMPLE)],
  ]);
}

if (import.meta.main) {
  for (const [name, bytes] of createSampleArchives()) {
    writeFileSync(join(import.meta.dirname, name), bytes);
    process.stdout.write(`wrote ${name}, ${bytes.length} bytes\n`);
  }
}
