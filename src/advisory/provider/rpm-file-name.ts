/** `glibc-common-0:2.34-100.el9_4.2.x86_64.rpm`; the epoch is optional. */
const FILE_NAME = /^(.+)-(?:(\d+):)?([^-:]+)-([^-]+)\.([^.]+)\.rpm$/;

/** The parts of the file name of an rpm package, as errata list it. */
export interface RpmFileName {
  readonly packageName: string;
  /** With the epoch if the name has one. */
  readonly version: string;
  readonly architecture: string;
}

/** Returns `undefined` if the text is not the name of a package file. */
export function parseRpmFileName(text: string): RpmFileName | undefined {
  const [, packageName = '', epoch, version, release, architecture = ''] =
    FILE_NAME.exec(text) ?? [];
  if (packageName === '') {
    return undefined;
  }
  const prefix = epoch === undefined ? '' : `${epoch}:`;
  return { packageName, version: `${prefix}${version}-${release}`, architecture };
}
