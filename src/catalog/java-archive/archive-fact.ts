import type { PomLicense } from '../../ecosystem/java/pom.ts';
import type { PomProperties } from '../../ecosystem/java/pom-properties.ts';
import type { MavenId } from '../../ecosystem/java/pom-values.ts';
import type { TextLicense } from '../../identity/license/license-file.ts';
import type { Manifest } from '../../syntax/java-manifest/manifest.ts';

/**
 * What a POM in an archive says of its project. Members as in Syft's JSON, apart from the licences.
 */
export interface PomProject extends MavenId {
  readonly path: string;
  readonly parent?: MavenId;
  readonly name: string;
  readonly description?: string;
  readonly url?: string;
}

/** The records that Maven leaves in one folder of an archive. */
export interface MavenRecord {
  readonly folder: string;
  readonly properties?: PomProperties;
  readonly project?: PomProject;
  readonly licenses?: readonly PomLicense[];
}

/** One archive: the file itself, or one in it at any depth. */
export interface ArchiveRecord {
  /** Inside the archive that holds it; empty for the file itself. */
  readonly path: string;
  /** Number of the archive that holds it. */
  readonly parent?: number;
  /** Of an archive in another one. */
  readonly sha1?: string;
  readonly manifest?: Manifest;
  /** It has a manifest, whether or not that could be read. */
  readonly hasManifest: boolean;
  readonly hasClasses: boolean;
  /** The folder that all of its classes lie in, with a slash at the end. */
  readonly classFolder?: string;
  /** Packages of two and of three names that classes lie in, sorted. */
  readonly packages?: readonly string[];
  /** It is no Java archive itself, and only holds some. */
  readonly isWrapper?: boolean;
  /** Sorted by folder. */
  readonly maven: readonly MavenRecord[];
  /** Absent where the manifest itself names licences. */
  readonly licenseFiles?: readonly TextLicense[];
}

/** The file itself first, each archive after the one that holds it. */
export interface JavaArchiveFact {
  readonly archives: readonly ArchiveRecord[];
}
