/** A version in an index, with that of its source package. */
export interface IndexedVersion {
  readonly version: string;
  readonly sourceVersion: string;
}

const PACKAGE = /<package\b[^>]*>([\s\S]*?)<\/package>/g;
const SOURCE = /^(.+)-([^-]+)-([^-]+)\.(?:src|nosrc)\.rpm$/;

/** Whether a text is the list of packages in the metadata of an rpm repository. */
export function isRepodata(text: string): boolean {
  return /<metadata\b[^>]*linux\.duke\.edu\/metadata\/common/.test(text.slice(0, 2_000));
}

/** Reads `primary.xml` of an rpm repository: package names → versions. createrepo_c. */
export function readRepodata(text: string): ReadonlyMap<string, readonly IndexedVersion[]> {
  const index = new Map<string, IndexedVersion[]>();
  for (const [, content = ''] of text.matchAll(PACKAGE)) {
    const name = /<name>([^<]+)<\/name>/.exec(content)?.[1];
    const attributes = /<version\b([^>]*)\/?>/.exec(content)?.[1] ?? '';
    const [epoch = '0', version, release] = ['epoch', 'ver', 'rel'].map(
      (attribute) => new RegExp(`\\b${attribute}="([^"]*)"`).exec(attributes)?.[1],
    );
    if (name === undefined || version === undefined || release === undefined) {
      continue;
    }
    const own = joinVersion(epoch, version, release);
    const source = /<rpm:sourcerpm>([^<]+)<\/rpm:sourcerpm>/.exec(content)?.[1] ?? '';
    const [, , sourceVersion = version, sourceRelease = release] = SOURCE.exec(source) ?? [];
    const entry = { version: own, sourceVersion: joinVersion(epoch, sourceVersion, sourceRelease) };
    index.set(name, [...(index.get(name) ?? []), entry]);
  }
  return index;
}

/** An epoch of 0 is left out, as in the records of packages. */
function joinVersion(epoch: string, version: string, release: string): string {
  return `${epoch === '0' || epoch === '' ? '' : `${epoch}:`}${version}-${release}`;
}
