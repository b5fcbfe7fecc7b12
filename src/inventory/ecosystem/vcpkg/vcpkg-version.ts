import { writePurl } from '../../../foundation/identity/purl/purl.ts';

/** Appends the number of the packaging to a version if it is not 0: `1.2.3#2`. */
export function toFullVersion(version: string, portVersion: number): string {
  return portVersion === 0 ? version : `${version}#${portVersion}`;
}

export function toVcpkgPurl(name: string, version: string, portVersion: number): string {
  const port = portVersion === 0 ? '' : String(portVersion);
  return writePurl({ type: 'vcpkg', name, version, qualifiers: { port_version: port } });
}
