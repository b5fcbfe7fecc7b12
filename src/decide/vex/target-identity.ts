import type { ProductReference } from '../../core/decision.ts';
import type { Inventory } from '../../core/inventory.ts';
import type { ImageDescription, TargetDescription } from '../../core/target.ts';
import { parseReference } from '../../identity/image-reference.ts';
import { parsePurl } from '../../identity/purl/parse-purl.ts';
import type { Purl } from '../../identity/purl/purl.ts';

/** Identities of a scan's target in statements. */
export interface TargetIdentity {
  /**
   * Returns how the reference identifies the target, as a sentence; `undefined` if it names
   * another.
   */
  describeMatch(reference: ProductReference): string | undefined;
  /**
   * If the reference names another state of the same image, returns which one, as the rest of a
   * sentence.
   */
  describeMiss(reference: ProductReference): string | undefined;
}

const IMAGE_PURLS: ReadonlySet<string> = new Set(['oci', 'docker']);

/**
 * Identifies an image by tag, repository, digest or package URL; other targets by name and version.
 */
export function identifyTarget({ target }: Inventory): TargetIdentity {
  return target.kind === 'image' ? identifyImage(target) : identifyNamed(target);
}

function identifyImage(image: ImageDescription): TargetIdentity {
  const digests = collectDigests(image);
  const repositories = indexRepositories(image);
  const describeMatch = (identifier: string): string | undefined => {
    const bare = normalizeDigest(identifier);
    if (digests.has(bare) || digests.has(`sha256:${bare}`)) {
      return `"${identifier}" is a digest of the image`;
    }
    const purl = identifier.startsWith('pkg:') ? parsePurl(identifier) : undefined;
    return purl === undefined
      ? matchReference(identifier, image, { digests, repositories })
      : matchImagePurl(purl, identifier, { digests, repositories });
  };
  return {
    describeMatch: ({ identifiers, hashes }) => {
      const hash = hashes.find(({ algorithm, value }) => digests.has(`${algorithm}:${value}`));
      return hash === undefined
        ? findFirst(identifiers, describeMatch)
        : `the hash ${hash.algorithm}:${hash.value} is a digest of the image`;
    },
    describeMiss: ({ identifiers }) =>
      findFirst(identifiers, (one) => describeImageMiss(one, image, repositories)),
  };
}

/** The same image name with another tag or digest. */
function describeImageMiss(
  identifier: string,
  { manifestDigest }: ImageDescription,
  repositories: Names['repositories'],
): string | undefined {
  const purl = identifier.startsWith('pkg:') ? parsePurl(identifier) : undefined;
  const parsed = purl === undefined ? parseReference(identifier) : undefined;
  const stated = purl?.qualifiers?.['tag'] ?? purl?.version ?? parsed?.selector;
  for (const [repository, tags] of repositories) {
    const isNamed =
      purl === undefined
        ? repository === `${parsed?.registry ?? ''}/${parsed?.repository ?? ''}`
        : IMAGE_PURLS.has(purl.type) && repository.endsWith(`/${purl.name}`);
    if (isNamed && stated !== undefined) {
      const own = [...tags, manifestDigest].join(', ');
      return `it names ${stated} of ${repository}, but this is ${own}`;
    }
  }
  return undefined;
}

/** The algorithm may be written once, twice (as `vexctl` output has it) or not at all. */
function normalizeDigest(text: string): string {
  return text.toLowerCase().replace(/^(?:sha256:)+/, 'sha256:');
}

interface Names {
  readonly digests: ReadonlySet<string>;
  /** `registry/repository` → its tags. */
  readonly repositories: ReadonlyMap<string, ReadonlySet<string>>;
}

function collectDigests(image: ImageDescription): ReadonlySet<string> {
  const ofRepository = image.repoDigests.map((one) => one.slice(one.indexOf('@') + 1));
  return new Set([image.manifestDigest, image.imageId, ...ofRepository]);
}

/**
 * Returns the names under which the image was requested, and its tags if a registry or an engine
 * vouches for them. An archive can claim any name, so its own tags prove nothing: a statement about
 * them needs a digest.
 */
function listTrustedNames(image: ImageDescription): readonly string[] {
  const tags = image.repoDigests.length > 0 ? image.tags : [];
  return [...tags, ...image.repoDigests, image.userInput, image.name];
}

function indexRepositories(image: ImageDescription): ReadonlyMap<string, ReadonlySet<string>> {
  const repositories = new Map<string, Set<string>>();
  for (const name of listTrustedNames(image)) {
    const parsed = parseReference(name);
    if (parsed !== undefined) {
      const repository = `${parsed.registry}/${parsed.repository}`;
      const tags = repositories.get(repository) ?? new Set();
      repositories.set(repository, parsed.isDigest ? tags : tags.add(parsed.selector));
    }
  }
  return repositories;
}

function matchReference(
  identifier: string,
  image: ImageDescription,
  { digests, repositories }: Names,
): string | undefined {
  if (listTrustedNames(image).includes(identifier)) {
    return `"${identifier}" is the name of the image`;
  }
  const parsed = parseReference(identifier);
  const tags = parsed && repositories.get(`${parsed.registry}/${parsed.repository}`);
  if (parsed === undefined || tags === undefined) {
    return undefined;
  }
  // A repository without a tag is parsed as its tag `latest`, but a statement about it means every
  // tag.
  const isWhole =
    !identifier.includes('@') && !identifier.slice(identifier.lastIndexOf('/')).includes(':');
  const isMatch = isWhole || (parsed.isDigest ? digests : tags).has(parsed.selector);
  return isMatch ? `"${identifier}" names the image` : undefined;
}

/** purl specification, types `oci` and `docker`: the version is a digest, the tag a qualifier. */
function matchImagePurl(
  { type, namespace, name, version, qualifiers = {} }: Purl,
  written: string,
  { digests, repositories }: Names,
): string | undefined {
  if (!IMAGE_PURLS.has(type)) {
    return undefined;
  }
  // A digest has precedence over the tag next to it, which may have been moved to another image.
  if (version?.includes(':') === true) {
    return digests.has(normalizeDigest(version))
      ? `"${written}" has a digest of the image`
      : undefined;
  }
  const { tag = version, repository_url: repositoryUrl } = qualifiers;
  const own = [namespace, name].filter(Boolean).join('/');
  const reference = repositoryUrl && parseReference(repositoryUrl.replace(/^https?:\/\//, ''));
  for (const [repository, tags] of repositories) {
    const isNamed = reference
      ? [reference.repository, `${reference.repository}/${name}`].some(
          (path) => repository === `${reference.registry}/${path}`,
        )
      : `/${repository}`.endsWith(`/${own}`);
    if (isNamed && (tag === undefined || tags.has(tag))) {
      return `"${written}" names the image`;
    }
  }
  return undefined;
}

/** A directory, a file or an SBOM only has the name and version given by the user. */
function identifyNamed({
  name,
  version,
}: Exclude<TargetDescription, ImageDescription>): TargetIdentity {
  return {
    describeMatch: ({ identifiers }) =>
      findFirst(identifiers, (identifier) => {
        const purl = identifier.startsWith('pkg:') ? parsePurl(identifier) : undefined;
        const isGeneric =
          purl?.type === 'generic' &&
          purl.name === name &&
          (purl.version === undefined || version === undefined || purl.version === version);
        return identifier === name || isGeneric
          ? `"${identifier}" is the name of the target`
          : undefined;
      }),
    describeMiss: () => undefined,
  };
}

function findFirst(
  identifiers: readonly string[],
  describeMatch: (identifier: string) => string | undefined,
): string | undefined {
  for (const identifier of identifiers) {
    const found = describeMatch(identifier);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
