import { addParents } from './directories.ts';
import type { EmitSource, LayerForm } from './emit-source.ts';
import type { SlimFile } from './file-builder.ts';
import { isSystemPackage } from './record/keepers.ts';

/** Files of one layer, with a description of them. */
export interface LayerPart {
  readonly comment: string;
  readonly files: readonly SlimFile[];
}

/**
 * Divides files into layers. The base has the files of the operating system's packages, their
 * records, and all directories; it stays the same if only the application changes.
 */
export function splitLayers(
  files: readonly SlimFile[],
  form: LayerForm,
  { plan, packages }: Pick<EmitSource, 'plan' | 'packages'>,
): readonly LayerPart[] {
  if (form === 'one') {
    return [{ comment: 'files that the entry point needs', files }];
  }
  const system = new Set(packages.filter(isSystemPackage).map(({ key }) => key));
  const ownPaths = new Set(
    plan.packages.filter(({ key }) => system.has(key)).flatMap(({ kept }) => kept),
  );
  const planned = new Set(plan.kept.map(({ path }) => path));
  const isBase = ({ path, entry }: SlimFile): boolean =>
    entry.type === 'directory' || ownPaths.has(path) || !planned.has(path);
  const firstNames = new Map(files.map((file) => [file.path, file]));
  // All names of a file are in one layer.
  const isInBase = (file: SlimFile): boolean => {
    const first = file.entry.type === 'hardlink' ? `/${file.entry.linkName}` : file.path;
    return isBase(firstNames.get(first) ?? file);
  };
  const application = files.filter((file) => !isInBase(file));
  // Unpacking a file changes the time of its directory, which therefore has an entry in both.
  const parents = addParents(application.map(({ path }) => path));
  const paths = new Set([...parents, ...application.map(({ path }) => path)]);
  return [
    { comment: 'files of the operating system', files: files.filter(isInBase) },
    { comment: 'files of the application', files: files.filter(({ path }) => paths.has(path)) },
  ];
}
