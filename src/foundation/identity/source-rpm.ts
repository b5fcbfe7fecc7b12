import type { Upstream } from '../core/package.ts';

const SUFFIX = '.rpm';

/**
 * Parses the file name of a source package, `name-version-release.architecture.rpm`; `undefined` if
 * it is not such a name. The version has no epoch, because the file name has none.
 */
export function parseSourceFileName(fileName: string): Upstream | undefined {
  if (!fileName.endsWith(SUFFIX)) {
    return undefined;
  }
  const stem = fileName.slice(0, -SUFFIX.length);
  const dot = stem.lastIndexOf('.');
  const architecture = stem.slice(dot + 1);
  const label = stem.slice(0, Math.max(0, dot));
  const releaseDash = label.lastIndexOf('-');
  const versionDash = label.lastIndexOf('-', releaseDash - 1);
  const name = label.slice(0, Math.max(0, versionDash));
  const version = label.slice(versionDash + 1);
  const isComplete =
    name !== '' &&
    architecture !== '' &&
    !architecture.includes('-') &&
    releaseDash > versionDash + 1 &&
    releaseDash + 1 < label.length;
  return isComplete ? { name, version } : undefined;
}

/** Returns the source of an rpm package; empty if the source has the package's own name. */
export function toSourceRpmUpstreams(name: string, sourceRpm: string): readonly Upstream[] {
  const source = parseSourceFileName(sourceRpm);
  return source === undefined || source.name === name ? [] : [source];
}
