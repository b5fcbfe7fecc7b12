// Origin: names and members are those of the metadata in Grype's `grype/pkg` (Apache-2.0, compared
// at anchore/grype 4562c55cebba; see NOTICE), which this format requires.

import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import { toText } from '../../foundation/core/to-text.ts';

type Value = Readonly<Record<string, unknown>>;

/** The part of a package's metadata that Grype keeps, with its name. */
export interface MetadataShape {
  readonly type: string;
  /** Returns `undefined` if nothing remains. */
  createMetadata(value: Value, item: InventoryPackage): object | undefined;
}

const RPM: MetadataShape = {
  type: 'RpmMetadata',
  createMetadata({ epoch = null, modularityLabel = null, architecture }) {
    return epoch === null && modularityLabel === null && toText(architecture) === ''
      ? undefined
      : { epoch, modularityLabel, architecture: toText(architecture) };
  },
};

const APK: MetadataShape = {
  type: 'ApkMetadata',
  createMetadata({ files, architecture }) {
    const paths = toList(files).map(({ path }) => ({ path: toText(path) }));
    return paths.length === 0 && toText(architecture) === ''
      ? undefined
      : { files: paths, Arch: toText(architecture) };
  },
};

const PURL_OF_MAVEN = /^pkg:maven\/([^/@?#]+)\/([^/@?#]+)/;

const JAVA: MetadataShape = {
  type: 'JavaMetadata',
  createMetadata({ virtualPath, pomProperties, manifest, digest }, { purl }) {
    const [, group, artifact] = PURL_OF_MAVEN.exec(purl) ?? [];
    const pom = toRecord(pomProperties) ?? { groupId: group, artifactId: artifact };
    const named = toList(toRecord(manifest)?.['main']).find(({ key }) => key === 'Name');
    const digests = toList(digest).map(({ algorithm, value }) => ({ algorithm, value }));
    return {
      virtualPath: toText(virtualPath),
      pomArtifactID: toText(pom['artifactId']),
      pomGroupID: toText(pom['groupId']),
      manifestName: toText(named?.['value']),
      archiveDigests: digests.length === 0 ? null : digests,
    };
  },
};

const GO_BINARY: MetadataShape = {
  type: 'GolangBinMetadata',
  createMetadata: ({ goBuildSettings, goCompiledVersion, architecture, h1Digest, mainModule }) => ({
    goBuildSettings,
    goCompiledVersion: toText(goCompiledVersion),
    architecture: toText(architecture),
    h1Digest: toGivenText(h1Digest),
    mainModule: toGivenText(mainModule),
  }),
};

const GO_MODULE: MetadataShape = {
  type: 'GolangModMetadata',
  createMetadata: ({ h1Digest }) => ({ h1Digest: toGivenText(h1Digest) }),
};

/** By kind of metadata, which is Syft's name for its shape. */
export const METADATA_SHAPES: ReadonlyMap<string, MetadataShape> = new Map([
  ['apk-db-entry', APK],
  ['go-module-buildinfo-entry', GO_BINARY],
  ['go-module-entry', GO_MODULE],
  ['java-archive', JAVA],
  ['rpm-archive', RPM],
  ['rpm-db-entry', RPM],
]);

function toGivenText(value: unknown): string | undefined {
  return toText(value) === '' ? undefined : toText(value);
}

function toList(value: unknown): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

function toRecord(value: unknown): Value | undefined {
  return typeof value === 'object' && value !== null ? (value as Value) : undefined;
}
