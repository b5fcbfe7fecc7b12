import type { PublishedArtifact } from '../../../foundation/core/published-archives.ts';
import { toMavenPurl } from '../../../foundation/identity/java/maven-purl.ts';
import type { ArchiveIdentity } from './archive-identity.ts';

export interface Publication {
  /** Artifacts published with the content of the archive, sorted. */
  readonly artifacts: readonly PublishedArtifact[];
  /** File name of the archive without its extension. */
  readonly stem: string;
}

/** As certain as the archive's own data: it may have been published under two names. */
const CONFIDENCE = 0.95;

/**
 * Identifies an archive by the place where its content was published, if the archive itself does
 * not. A pom.properties of its own takes precedence.
 */
export function applyPublication(
  found: ArchiveIdentity | undefined,
  { artifacts, stem }: Publication,
): ArchiveIdentity | undefined {
  const [first] = artifacts;
  if (first === undefined || found?.own?.properties !== undefined) {
    return found;
  }
  const best = chooseArtifact(artifacts, stem) ?? first;
  const { groupId, artifactId, version } = best;
  const { own } = found ?? {};
  const others = artifacts.length === 1 ? '' : `, shared by ${artifacts.length} artifacts`;
  return {
    name: artifactId,
    version,
    own: {
      folder: '',
      ...own,
      properties: { path: '', name: '', groupId, artifactId, version },
    },
    rule: `the SHA-1 of a Java archive in the index of published archives${others}`,
    confidence: artifacts.length === 1 ? CONFIDENCE : CONFIDENCE - 0.2,
    alternatives: artifacts
      .filter((artifact) => artifact !== best)
      .map((other) => ({
        purl: toMavenPurl(other.groupId, other.artifactId, other.version),
        rule: 'the index lists its content under this name, too',
      })),
  };
}

/**
 * The artifact that the file is named after, if there is one; of several, the longest name is the
 * best.
 */
function chooseArtifact(
  artifacts: readonly PublishedArtifact[],
  stem: string,
): PublishedArtifact | undefined {
  return artifacts
    .filter(({ artifactId }) => stem.startsWith(artifactId))
    .sort((left, right) => right.artifactId.length - left.artifactId.length)[0];
}
