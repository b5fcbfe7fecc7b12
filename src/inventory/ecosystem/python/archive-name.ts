import { getBaseName } from '../../../foundation/core/base-name.ts';
/** The project of a wheel or a source archive. */
export interface ArchivedProject {
  readonly name: string;
  readonly version: string;
}

const WHEEL = /^([A-Za-z0-9][\w.]*)-(\d[^-/]*|\d*![^-/]+)(?:-\d[^-/]*)?-[^-/]+-[^-/]+-[^-/]+\.whl$/;
const SOURCE = /^([A-Za-z0-9][\w.-]*)-(\d[^-/]*)\.(?:tar\.(?:gz|bz2|xz)|tgz|zip)$/;

/**
 * Parses the file name at the end of a URL or a path. Packaging specifications, "Binary
 * distribution format" and "Source distribution file name".
 */
export function parseArchiveName(reference: string): ArchivedProject | undefined {
  const [path = ''] = reference.split(/[?#]/, 1);
  const fileName = decodeName(getBaseName(path));
  const [, name, version] = WHEEL.exec(fileName) ?? SOURCE.exec(fileName) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}

/** Local versions have a plus sign, which is encoded in URLs. */
function decodeName(name: string): string {
  return name.replace(/%2[bB]/g, '+').replace(/%21/g, '!');
}
