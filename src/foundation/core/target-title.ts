import type { TargetDescription } from './target.ts';

const ARCHIVE = /(?:\.(?:oci|docker))?\.(?:tar|tgz|tar\.[a-z0-9]+)$/i;
const PATH = /^[/.~]|^[A-Za-z]:\\|\.(?:json|xml|spdx|yaml|yml)$/;

/**
 * Returns the name of a target for people: a given name, or the first tag of an image instead of
 * the path of an archive. Reports leave the machine that made them, so they do not show its paths.
 */
export function formatTargetTitle(target: TargetDescription): string {
  const { name } = target;
  const title = shortenTargetName(name);
  const [tag] = target.kind === 'image' ? target.tags : [];
  const isBetter = title !== name || tag?.startsWith(`${name}:`) === true;
  return isBetter ? (tag ?? title) : title;
}

/** Returns the base name of a path without the extension of an archive; other names unchanged. */
export function shortenTargetName(name: string): string {
  return removeDirectories(name).replace(ARCHIVE, '') || name;
}

/** Returns the base name of a path, also behind the name of a source; other names unchanged. */
export function removeDirectories(name: string): string {
  const path = name.replace(/^[a-z-]+:(?=[/.~])/, '');
  return PATH.test(path) || ARCHIVE.test(path) ? (splitTargetPath(path).at(-1) ?? name) : name;
}

/** Returns the parts of a path of any system. */
export function splitTargetPath(path: string): readonly string[] {
  return path.replace(/[/\\]+$/, '').split(/[/\\]/);
}
