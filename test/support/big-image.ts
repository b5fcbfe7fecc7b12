import { createHash, hash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import {
  createTar,
  createTarEntry,
  type FixtureEntry,
} from '../../src/foundation/bytes/tar/tar.fixture.ts';

const BATCH_BYTES = 4 * 1024 * 1024;
const END = Buffer.alloc(1_024);

/**
 * Writes a docker archive whose layers can have any size because no layer is ever held in memory.
 * Each layer is a function that returns its entries and is called twice.
 */
export function writeBigImage(
  path: string,
  layers: readonly (() => Iterable<FixtureEntry>)[],
): void {
  const file = openSync(path, 'w');
  try {
    const diffIds = layers.map((entries, number) => {
      let sizeBytes = 0;
      writePieces(entries(), (piece) => (sizeBytes += piece.length));
      writeSync(file, createTarEntry({ name: getLayerName(number), sizeBytes }));
      const content = createHash('sha256');
      writePieces(entries(), (piece) => {
        content.update(piece);
        writeSync(file, piece);
      });
      return `sha256:${content.digest('hex')}`;
    });
    const config = JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: diffIds },
    });
    const name = `${hash('sha256', config)}.json`;
    const manifest = [
      { Config: name, RepoTags: ['big:1'], Layers: layers.map((_, at) => getLayerName(at)) },
    ];
    const documents = [
      { name, content: config },
      { name: 'manifest.json', content: JSON.stringify(manifest) },
    ];
    writeSync(file, createTar(documents));
  } finally {
    closeSync(file);
  }
}

function getLayerName(layer: number): string {
  return `layer-${layer}.tar`;
}

function writePieces(entries: Iterable<FixtureEntry>, take: (piece: Buffer) => void): void {
  let batch: Buffer[] = [];
  let batchBytes = 0;
  for (const entry of entries) {
    const piece = createTarEntry(entry);
    batch.push(piece);
    batchBytes += piece.length;
    if (batchBytes >= BATCH_BYTES) {
      take(Buffer.concat(batch));
      batch = [];
      batchBytes = 0;
    }
  }
  take(Buffer.concat([...batch, END]));
}
