import type { PublishedArtifact } from '../../core/published-archives.ts';
import { toMavenPurl } from '../../identity/java/maven-purl.ts';
import type { ArchiveIdentity } from './archive-identity.ts';

export interface Publication {
  /** What was published with the content of the archive, sorted. */
  readonly artifacts: readonly PublishedArtifact[];
  /** File name of the archive without its extension. */
  readonly stem: string;
}

/** As sure as the word of the archive itself: it may have been published under two names. */
const CONFIDENCE = 0.95;

/**
 * What an archive is by its content, where it was published and does not tell itself. An archive
 * with a pom.properties of its own is believed.
 */
export function publishedIdentity(
  found: ArchiveIdentity | undefined,
  { artifacts, stem }: Publication,
): ArchiveIdentity | undefined {
  const [first] = artifacts;
  if (first === undefined || found?.own?.properties !== undefined) {
    return found;
  }
  const best = bestOf(artifacts, stem) ?? first;
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

/** The one that the file is called after, where there is one; the longest name fits best. */
function bestOf(
  artifacts: readonly PublishedArtifact[],
  stem: string,
): PublishedArtifact | undefined {
  return artifacts
    .filter(({ artifactId }) => stem.startsWith(artifactId))
    .sort((left, right) => right.artifactId.length - left.artifactId.length)[0];
}
