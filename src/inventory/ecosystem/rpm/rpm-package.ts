import { defined } from '../../../foundation/core/defined.ts';
import type { Distro } from '../../../foundation/core/distro.ts';
import { formatDistroQualifier, writePurl } from '../../../foundation/identity/purl/purl.ts';
import type { RpmFile, RpmRecord } from './rpm-record.ts';

/**
 * Returns `epoch:version-release`. The epoch is only added if the header has one, because absent
 * and 0 are different strings.
 */
export function toRpmVersion({ epoch, version, release }: RpmRecord): string {
  const prefix = epoch === undefined ? '' : `${epoch}:`;
  return `${prefix}${version}-${release}`;
}

/** Namespaces of package URLs that differ from the distro's own ID. purl-spec, types/rpm. */
const NAMESPACES: ReadonlyMap<string, string> = new Map([
  ['rhel', 'redhat'],
  ['hummingbird', 'redhat'],
]);
const OPENSUSE = 'opensuse';

export function toRpmPurl(record: RpmRecord, distro: Distro | undefined): string {
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

/** Abbreviations of file flags in `rpm --verify`, in its order. rpm, lib/verify.c. */
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

function formatFileFlags(flags: number): string {
  return FILE_FLAGS.filter(([bit]) => (flags & bit) !== 0)
    .map(([, letter]) => letter)
    .join('');
}

/** Members are as in Syft's JSON. */
export function toRpmMetadata(
  record: RpmRecord,
  files: readonly RpmFile[],
): Record<string, unknown> {
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
    ...defined({ modularityLabel: record.modularityLabel }),
    provides: record.provides,
    requires: record.requires,
    files: files.map((file) => toRpmFileMetadata(file, record.digestAlgorithm)),
  };
}

export function toRpmFileMetadata(
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
    flags: formatFileFlags(file.flags),
  };
}
