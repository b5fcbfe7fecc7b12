import type { TextLicense } from '../../../foundation/identity/license/license-file.ts';
import type { Manifest } from '../../../foundation/syntax/java-manifest/manifest.ts';
import type { PomLicense } from '../../ecosystem/java/pom.ts';
import type { PomProperties } from '../../ecosystem/java/pom-properties.ts';
import type { MavenId } from '../../ecosystem/java/pom-values.ts';

/** Project data in a POM of an archive. Members as in Syft's JSON, apart from the licenses. */
export interface PomProject extends MavenId {
  readonly path: string;
  readonly parent?: MavenId;
  readonly name: string;
  readonly description?: string;
  readonly url?: string;
}

/** The records that Maven writes in one directory of an archive. */
export interface MavenRecord {
  readonly folder: string;
  readonly properties?: PomProperties;
  readonly project?: PomProject;
  readonly licenses?: readonly PomLicense[];
}

/** One archive: the file itself, or an archive nested in it at any depth. */
export interface ArchiveRecord {
  /** Path in the containing archive; empty for the file itself. */
  readonly path: string;
  /** Number of the containing archive. */
  readonly parent?: number;
  /** Only for an archive in another one. */
  readonly sha1?: string;
  readonly manifest?: Manifest;
  /** Whether it has a manifest, even an unreadable one. */
  readonly hasManifest: boolean;
  readonly hasClasses: boolean;
  /** The directory that contains all of its classes, with a slash at the end. */
  readonly classFolder?: string;
  /** Java packages with two and with three names that contain classes, sorted. */
  readonly packages?: readonly string[];
  /** Whether it is not a Java archive itself and only contains some. */
  readonly isWrapper?: boolean;
  /** Sorted by directory. */
  readonly maven: readonly MavenRecord[];
  /** Absent if the manifest itself names licenses. */
  readonly licenseFiles?: readonly TextLicense[];
}

/** The file itself first, each archive after its containing one. */
export interface JavaArchiveFact {
  readonly archives: readonly ArchiveRecord[];
}
