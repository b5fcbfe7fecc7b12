import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { computeDigest, FixtureLayout } from '../../../src/foundation/bytes/oci/image.fixture.ts';
import {
  createPaxHeader,
  createTar,
  type FixtureEntry,
} from '../../../src/foundation/bytes/tar/tar.fixture.ts';
import type { GrowingFiles } from './growing-input.ts';

/** Entry point of an image that has such a file. */
const ENTRY = 'entry.sh';

/** Writes an input below a directory and returns the target to scan. */
export function writeInput(
  directory: string,
  made: GrowingFiles | readonly GrowingFiles[],
): string {
  if (isLayers(made)) {
    const path = join(directory, 'image.tar');
    writeFileSync(path, createImage(made));
    return `oci-archive:${path}`;
  }
  const root = join(directory, 'root');
  for (const [path, file] of Object.entries(made)) {
    const at = join(root, path);
    mkdirSync(dirname(at), { recursive: true });
    if (isLink(file)) {
      symlinkSync(file.link, at);
    } else {
      writeFileSync(at, file);
    }
  }
  return `dir:${root}`;
}

/** Returns whether an input is the layers of an image rather than a directory. */
export function isLayers(
  made: GrowingFiles | readonly GrowingFiles[],
): made is readonly GrowingFiles[] {
  return Array.isArray(made);
}

function isLink(file: GrowingFiles[string]): file is { readonly link: string } {
  return typeof file === 'object' && 'link' in file;
}

function createImage(layers: readonly GrowingFiles[]): Buffer {
  const layout = new FixtureLayout();
  const contents = layers.map((files) => createTar(Object.entries(files).flatMap(toEntries)));
  const isStarted = layers.some((files) => Object.hasOwn(files, ENTRY));
  const image = layout.addImage({
    layers: contents,
    diffIds: contents.map(computeDigest),
    ...(isStarted ? { entrypoint: [`/${ENTRY}`] } : {}),
  });
  return createTar(layout.listEntries([image]));
}

function toEntries([name, file]: readonly [string, GrowingFiles[string]]): FixtureEntry[] {
  const long = name.length > 100 ? [createPaxHeader({ path: name })] : [];
  const entry: FixtureEntry = isLink(file)
    ? { name: name.slice(0, 100), typeFlag: '2', linkName: file.link }
    : { name: name.slice(0, 100), content: file, mode: 0o755 };
  return [...long, entry];
}
