import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestOf, FixtureLayout } from '../../../src/bytes/oci/image.fixture.ts';
import { type FixtureEntry, paxHeader, tarOf } from '../../../src/bytes/tar/tar.fixture.ts';
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
    writeFileSync(path, imageOf(made));
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

function imageOf(layers: readonly GrowingFiles[]): Buffer {
  const layout = new FixtureLayout();
  const contents = layers.map((files) => tarOf(Object.entries(files).flatMap(entriesOf)));
  const isStarted = layers.some((files) => Object.hasOwn(files, ENTRY));
  const image = layout.addImage({
    layers: contents,
    diffIds: contents.map(digestOf),
    ...(isStarted ? { entrypoint: [`/${ENTRY}`] } : {}),
  });
  return tarOf(layout.entries([image]));
}

function entriesOf([name, file]: readonly [string, GrowingFiles[string]]): FixtureEntry[] {
  const long = name.length > 100 ? [paxHeader({ path: name })] : [];
  const entry: FixtureEntry = isLink(file)
    ? { name: name.slice(0, 100), typeFlag: '2', linkName: file.link }
    : { name: name.slice(0, 100), content: file, mode: 0o755 };
  return [...long, entry];
}
