// Origin: names and members are those of the metadata in Grype's `grype/pkg` (Apache-2.0, compared
// at anchore/grype 4562c55cebba; see NOTICE), which this format requires.

import type { InventoryPackage } from '../../core/inventory.ts';

type Value = Readonly<Record<string, unknown>>;

/** The part of a package's metadata that Grype keeps, with its name. */
export interface MetadataShape {
  readonly type: string;
  /** Returns `undefined` if nothing remains. */
  metadataOf(value: Value, item: InventoryPackage): object | undefined;
}

const RPM: MetadataShape = {
  type: 'RpmMetadata',
  metadataOf({ epoch = null, modularityLabel = null, architecture }) {
    return epoch === null && modularityLabel === null && text(architecture) === ''
      ? undefined
      : { epoch, modularityLabel, architecture: text(architecture) };
  },
};

const APK: MetadataShape = {
  type: 'ApkMetadata',
  metadataOf({ files, architecture }) {
    const paths = list(files).map(({ path }) => ({ path: text(path) }));
    return paths.length === 0 && text(architecture) === ''
      ? undefined
      : { files: paths, Arch: text(architecture) };
  },
};

const PURL_OF_MAVEN = /^pkg:maven\/([^/@?#]+)\/([^/@?#]+)/;

const JAVA: MetadataShape = {
  type: 'JavaMetadata',
  metadataOf({ virtualPath, pomProperties, manifest, digest }, { purl }) {
    const [, group, artifact] = PURL_OF_MAVEN.exec(purl) ?? [];
    const pom = record(pomProperties) ?? { groupId: group, artifactId: artifact };
    const named = list(record(manifest)?.['main']).find(({ key }) => key === 'Name');
    const digests = list(digest).map(({ algorithm, value }) => ({ algorithm, value }));
    return {
      virtualPath: text(virtualPath),
      pomArtifactID: text(pom['artifactId']),
      pomGroupID: text(pom['groupId']),
      manifestName: text(named?.['value']),
      archiveDigests: digests.length === 0 ? null : digests,
    };
  },
};

const GO_BINARY: MetadataShape = {
  type: 'GolangBinMetadata',
  metadataOf: ({ goBuildSettings, goCompiledVersion, architecture, h1Digest, mainModule }) => ({
    goBuildSettings,
    goCompiledVersion: text(goCompiledVersion),
    architecture: text(architecture),
    h1Digest: given(h1Digest),
    mainModule: given(mainModule),
  }),
};

const GO_MODULE: MetadataShape = {
  type: 'GolangModMetadata',
  metadataOf: ({ h1Digest }) => ({ h1Digest: given(h1Digest) }),
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

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function given(value: unknown): string | undefined {
  return text(value) === '' ? undefined : text(value);
}

function list(value: unknown): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

function record(value: unknown): Value | undefined {
  return typeof value === 'object' && value !== null ? (value as Value) : undefined;
}
