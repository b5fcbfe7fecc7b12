import type { Distro } from '../../core/distro.ts';
import { formatDistroQualifier, writePurl } from '../../identity/purl/purl.ts';
import type { RpmFile, RpmRecord } from './rpm-record.ts';

/**
 * `epoch:version-release`; the epoch only where the header has one, since absent and 0 are not the
 * same text.
 */
export function rpmVersion({ epoch, version, release }: RpmRecord): string {
  const prefix = epoch === undefined ? '' : `${epoch}:`;
  return `${prefix}${version}-${release}`;
}

/** Namespaces of package URLs that differ from the distro's own id. purl-spec, types/rpm. */
const NAMESPACES: ReadonlyMap<string, string> = new Map([
  ['rhel', 'redhat'],
  ['hummingbird', 'redhat'],
]);
const OPENSUSE = 'opensuse';

export function rpmPurl(record: RpmRecord, distro: Distro | undefined): string {
  const id = distro?.id ?? '';
  return writePurl({
    type: 'rpm',
    namespace: id.startsWith(OPENSUSE) ? OPENSUSE : (NAMESPACES.get(id) ?? id),
    name: record.name,
    version: `${record.version}-${record.release}`,
    qualifiers: {
      arch: record.architecture,
      distro: formatDistroQualifier(distro),
      epoch: record.epoch === undefined ? undefined : String(record.epoch),
      upstream: record.sourceRpm,
    },
  });
}

/** Flags of a file as `rpm --verify` abbreviates them, in its order. rpm, lib/verify.c. */
const FILE_FLAGS: readonly (readonly [number, string])[] = [
  [1 << 1, 'd'],
  [1 << 0, 'c'],
  [1 << 5, 's'],
  [1 << 3, 'm'],
  [1 << 4, 'n'],
  [1 << 6, 'g'],
  [1 << 7, 'l'],
  [1 << 8, 'r'],
  [1 << 12, 'a'],
];

function flagText(flags: number): string {
  return FILE_FLAGS.filter(([bit]) => (flags & bit) !== 0)
    .map(([, letter]) => letter)
    .join('');
}

/** Members as in Syft's JSON. */
export function rpmMetadata(record: RpmRecord, files: readonly RpmFile[]): Record<string, unknown> {
  return {
    name: record.name,
    version: record.version,
    epoch: record.epoch ?? null,
    architecture: record.architecture,
    release: record.release,
    sourceRpm: record.sourceRpm,
    ...(record.signatures.length === 0 ? {} : { signatures: record.signatures }),
    size: record.sizeBytes,
    vendor: record.vendor,
    ...(record.modularityLabel === undefined ? {} : { modularityLabel: record.modularityLabel }),
    provides: record.provides,
    requires: record.requires,
    files: files.map((file) => rpmFileMetadata(file, record.digestAlgorithm)),
  };
}

export function rpmFileMetadata(
  file: RpmFile,
  digestAlgorithm: string,
): Readonly<Record<string, unknown>> {
  return {
    path: file.path,
    mode: file.mode,
    size: file.sizeBytes,
    digest: { algorithm: digestAlgorithm, value: file.digest },
    userName: file.userName,
    groupName: file.groupName,
    flags: flagText(file.flags),
  };
}
