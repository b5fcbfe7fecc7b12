import { hash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { Budget } from '../../src/foundation/core/budget.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import type { BlobLayer } from '../../src/foundation/core/target.ts';
import { readLayer } from '../../src/image/read/read-layer.ts';
import { createSpill } from '../../src/image/read/spill.ts';
import { createSquashedView } from '../../src/image/view/squashed-view.ts';
import { type FileListing, listView } from './list-view.ts';

/** Result of our reader and view for the archives of some layers. */
export interface OurUnpacking {
  readonly files: FileListing;
  readonly problems: readonly string[];
}

export async function unpackOurselves(archives: readonly Buffer[]): Promise<OurUnpacking> {
  const limits = DEFAULT_LIMITS;
  using spill = createSpill({ folder: tmpdir(), limits });
  const problems: string[] = [];
  const layers = [];
  for (const archive of archives) {
    const budget = new Budget(limits);
    const options = { extractors: [], limits, budget, spill, progress: SILENT };
    layers.push(await readLayer(toBlobLayer(archive), options));
  }
  for (const { code, path, message } of layers.flatMap((layer) => layer.problems)) {
    problems.push(`${code} ${path} ${message}`);
  }
  const view = createSquashedView(layers, {
    onProblem: ({ code, path, message }) => problems.push(`${code} ${path} ${message}`),
  });
  return { files: listView(view), problems };
}

function toBlobLayer(archive: Buffer): BlobLayer {
  const diffId = `sha256:${hash('sha256', archive, 'hex')}`;
  const mediaType = 'application/vnd.oci.image.layer.v1.tar';
  return {
    kind: 'blob',
    description: { diffId, blobDigest: diffId, mediaType, blobBytes: archive.length },
    open: async function* () {
      yield Uint8Array.from(archive);
    },
  };
}
