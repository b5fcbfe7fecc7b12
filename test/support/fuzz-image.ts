import { hash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { assembleInventory } from '../../src/assess/assemble-inventory.ts';
import { readTarget } from '../../src/assess/read-target.ts';
import { json } from '../../src/document/plimsoll-json/write.ts';
import { Budget } from '../../src/foundation/core/budget.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import type { BlobLayer, ImageDescription, OpenTarget } from '../../src/foundation/core/target.ts';
import { createSpill } from '../../src/image/read/spill.ts';
import { distro } from '../../src/inventory/catalog/distro/distro.ts';
import { catalogers } from '../../src/inventory/catalog/registry.generated.ts';
import { formats } from '../../src/report/output/formats.ts';
import { SEEDS } from './fuzz-seed.ts';
import type { FuzzSubject } from './fuzz-subject.ts';
import { toReport } from './sample-report.ts';

const limits = DEFAULT_LIMITS;
const TEMPLATE = '{{range .packages}}{{.name}} {{.version}}{{end}}';
const EXTRACTORS = [distro, ...catalogers];

/** An image of two changed layers, read and printed in every format. */
export const imageSubject: FuzzSubject = {
  name: 'image',
  seeds: SEEDS.tars,
  run: async (content) => {
    using spill = createSpill({ folder: tmpdir(), limits });
    const half = content.length >> 1;
    const target = createImage([content, content.subarray(half - (half % 512))]);
    const surroundings = { limits, budget: new Budget(limits), progress: SILENT };
    const read = await readTarget(target, { ...surroundings, extractors: EXTRACTORS, spill });
    const inventory = await assembleInventory(read, {
      ...surroundings,
      catalogers,
      distroDetector: distro,
      scope: 'squashed',
      fileSelection: 'all',
      digests: ['sha256'],
    });
    const tool = { name: 'plimsoll', version: '0' };
    for (const format of formats.filter(({ carries }) => carries.includes('inventory'))) {
      const template = { text: TEMPLATE, document: json, limits };
      const options = { isColoured: true, isParity: false, template };
      format.write(
        toReport({ tool, inventory, configuration: {} }),
        { write: () => undefined },
        options,
      );
    }
  },
};

function createImage(contents: readonly Uint8Array[]): OpenTarget {
  const layers = contents.map(createLayer);
  const digest = `sha256:${'1'.repeat(64)}` as const;
  const description: ImageDescription = {
    kind: 'image',
    userInput: 'x',
    name: 'x',
    manifestDigest: digest,
    imageId: digest,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    tags: [],
    repoDigests: [],
    architecture: 'amd64',
    os: 'linux',
    labels: {},
    layers: layers.map((layer) => layer.description),
    manifest: Buffer.from('{}'),
    config: Buffer.from('{}'),
  };
  return { description, layers, problems: [], close: async () => undefined };
}

function createLayer(content: Uint8Array): BlobLayer {
  const diffId = `sha256:${hash('sha256', content, 'hex')}` as const;
  return {
    kind: 'blob',
    description: {
      diffId,
      blobDigest: diffId,
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      blobBytes: content.length,
    },
    async *open() {
      yield Uint8Array.from(content);
    },
  };
}
