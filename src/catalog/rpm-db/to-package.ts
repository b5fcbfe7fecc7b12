import type { FileView } from '../../core/cataloger.ts';
import type { Digest } from '../../core/digest.ts';
import type { Distro } from '../../core/distro.ts';
import { layerOfLastChange } from '../../core/layer-of-last-change.ts';
import type { Location, Package } from '../../core/package.ts';
import { declaredLicense, mergeLicenses } from '../../parse/license/license.ts';
import { distroQualifier, writePurl } from '../../parse/purl/purl.ts';
import { upstreamsOfSourceRpm } from '../../parse/rpm/source-rpm.ts';
import type { RpmFile, RpmRecord, VisibleRpm } from './record.ts';

export interface Surroundings {
  readonly visible: VisibleRpm;
  readonly view: FileView;
  readonly distro: Distro | undefined;
}

export function toPackage(record: RpmRecord, { visible, view, distro }: Surroundings): Package {
  const location = primaryLocation(visible);
  const introducedIn = introducingLayer(record, visible);
  const files = record.files.filter(({ path }) => path === '/' || isThere(path, view));
  return {
    name: record.name,
    version: versionOf(record),
    type: 'rpm',
    language: '',
    purl: purlOf(record, distro),
    foundBy: 'rpm-db',
    rule:
      visible.role === 'manifest'
        ? 'a line of the manifest of rpms'
        : 'a header of the rpm database',
    confidence: 1,
    locations: [location],
    ...(introducedIn === undefined ? {} : { introducedIn }),
    licenses: mergeLicenses([declaredLicense(record.license, { locations: [location] })]),
    cpes: [],
    upstreams: upstreamsOfSourceRpm(record.name, record.sourceRpm),
    ...(record.architecture === '' ? {} : { architecture: record.architecture }),
    ...(record.modularityLabel === undefined ? {} : { modularity: record.modularityLabel }),
    ownedFiles: files.map(({ path }) => ({ path })),
    metadata: { kind: 'rpm-db-entry', value: metadataOf(record, files) },
  };
}

function isThere(path: string, view: FileView): boolean {
  return view.isAnywhere?.(path) === true || view.resolve(path) !== undefined;
}

/**
 * `epoch:version-release`; the epoch only where the header has one, since absent and 0 are not the
 * same text.
 */
export function versionOf({ epoch, version, release }: RpmRecord): string {
  const prefix = epoch === undefined ? '' : `${epoch}:`;
  return `${prefix}${version}-${release}`;
}

function primaryLocation({ path, layer }: VisibleRpm): Location {
  const where = layer === undefined ? {} : { layer };
  return { path, accessPath: path, ...where, evidence: 'primary' };
}

function introducingLayer(record: RpmRecord, { layer, earlier }: VisibleRpm): Digest | undefined {
  const text = earlier.length === 0 ? '' : JSON.stringify(record);
  return layerOfLastChange(layer, earlier, ({ fact }) =>
    fact.records.some((other) => other.name === record.name && JSON.stringify(other) === text),
  );
}

/** Namespaces of package URLs that differ from the distro's own id. purl-spec, types/rpm. */
const NAMESPACES: ReadonlyMap<string, string> = new Map([
  ['rhel', 'redhat'],
  ['hummingbird', 'redhat'],
]);
const OPENSUSE = 'opensuse';

function purlOf(record: RpmRecord, distro: Distro | undefined): string {
  const id = distro?.id ?? '';
  return writePurl({
    type: 'rpm',
    namespace: id.startsWith(OPENSUSE) ? OPENSUSE : (NAMESPACES.get(id) ?? id),
    name: record.name,
    version: `${record.version}-${record.release}`,
    qualifiers: {
      arch: record.architecture,
      distro: distroQualifier(distro),
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

function metadataOf(record: RpmRecord, files: readonly RpmFile[]): Record<string, unknown> {
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
    files: files.map((file) => ({
      path: file.path,
      mode: file.mode,
      size: file.sizeBytes,
      digest: { algorithm: record.digestAlgorithm, value: file.digest },
      userName: file.userName,
      groupName: file.groupName,
      flags: flagText(file.flags),
    })),
  };
}
