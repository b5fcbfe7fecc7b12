import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

export interface Blob {
  readonly digest: string;
  readonly size: number;
}

export interface Layer extends Blob {
  readonly diffId: string;
}

/** Writes the documents of an OCI layout that already contains its gzip-compressed layers. */
export function writeLayout(layout: string, layers: readonly Layer[]): void {
  const platform = { architecture: process.arch === 'x64' ? 'amd64' : process.arch, os: 'linux' };
  const config = store(layout, {
    ...platform,
    config: {},
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
  });
  const manifest = store(layout, {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: layers.map(({ digest, size }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest,
      size,
    })),
  });
  const entry = { mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest, platform };
  writeFileSync(
    join(layout, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests: [entry] }),
  );
  writeFileSync(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}

function store(layout: string, document: unknown): Blob {
  const content = JSON.stringify(document);
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  writeFileSync(join(layout, 'blobs', ...digest.split(':')), content);
  return { digest, size: Buffer.byteLength(content) };
}
