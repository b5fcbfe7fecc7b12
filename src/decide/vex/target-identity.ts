import { createHash } from 'node:crypto';
import type { ProductReference } from '../../core/decision.ts';
import type { Inventory } from '../../core/inventory.ts';
import type { ImageDescription, TargetDescription } from '../../core/target.ts';
import { parseReference } from '../../parse/oci/image-reference.ts';
import { parsePurl } from '../../parse/purl/parse-purl.ts';
import type { Purl } from '../../parse/purl/purl.ts';

/** What the target of a scan may be called in a statement. */
export interface TargetIdentity {
  /** How the reference names the target, as a sentence; `undefined` where it names another. */
  fits(reference: ProductReference): string | undefined;
}

const IMAGE_PURLS: ReadonlySet<string> = new Set(['oci', 'docker']);

/** An image by tag, repository, digest or package URL; anything else by its name and version. */
export function targetIdentity({ target }: Inventory): TargetIdentity {
  return target.kind === 'image' ? imageIdentity(target) : namedIdentity(target);
}

function imageIdentity(image: ImageDescription): TargetIdentity {
  const digests = digestsOf(image);
  const repositories = repositoriesOf(image);
  const fits = (identifier: string): string | undefined => {
    const bare = identifier.toLowerCase();
    if (digests.has(bare) || digests.has(`sha256:${bare}`)) {
      return `"${identifier}" is a digest of the image`;
    }
    const purl = bare.startsWith('pkg:') ? parsePurl(identifier) : undefined;
    return purl === undefined
      ? fitsReference(identifier, image, { digests, repositories })
      : fitsImagePurl(purl, identifier, { digests, repositories });
  };
  return {
    fits: ({ identifiers, hashes }) => {
      const hash = hashes.find(({ algorithm, value }) => digests.has(`${algorithm}:${value}`));
      return hash === undefined
        ? firstOf(identifiers, fits)
        : `the hash ${hash.algorithm}:${hash.value} is a digest of the image`;
    },
  };
}

interface Names {
  readonly digests: ReadonlySet<string>;
  /** `registry/repository` to its tags. */
  readonly repositories: ReadonlyMap<string, ReadonlySet<string>>;
}

function digestsOf(image: ImageDescription): ReadonlySet<string> {
  const ofConfig = `sha256:${createHash('sha256').update(image.config).digest('hex')}`;
  const ofRepository = image.repoDigests.flatMap((one) => one.split('@')[1] ?? []);
  return new Set([image.manifestDigest, image.imageId, ofConfig, ...ofRepository]);
}

function repositoriesOf(image: ImageDescription): ReadonlyMap<string, ReadonlySet<string>> {
  const repositories = new Map<string, Set<string>>();
  for (const name of [...image.tags, ...image.repoDigests, image.userInput, image.name]) {
    const parsed = parseReference(name);
    if (parsed !== undefined) {
      const repository = `${parsed.registry}/${parsed.repository}`;
      const tags = repositories.get(repository) ?? new Set();
      repositories.set(repository, parsed.isDigest ? tags : tags.add(parsed.selector));
    }
  }
  return repositories;
}

function fitsReference(
  identifier: string,
  image: ImageDescription,
  { digests, repositories }: Names,
): string | undefined {
  if (identifier === image.name || image.tags.includes(identifier)) {
    return `"${identifier}" is the name of the image`;
  }
  const parsed = parseReference(identifier);
  const tags = parsed && repositories.get(`${parsed.registry}/${parsed.repository}`);
  if (parsed === undefined || tags === undefined) {
    return undefined;
  }
  // A repository without a tag is read as its tag `latest`; a statement on it means every tag.
  const isWhole =
    !identifier.includes('@') && !identifier.slice(identifier.lastIndexOf('/')).includes(':');
  const isFitting = isWhole || (parsed.isDigest ? digests : tags).has(parsed.selector);
  return isFitting ? `"${identifier}" names the image` : undefined;
}

/** purl specification, types `oci` and `docker`: the version is a digest, the tag a qualifier. */
function fitsImagePurl(
  { type, namespace, name, version, qualifiers = {} }: Purl,
  written: string,
  { digests, repositories }: Names,
): string | undefined {
  if (!IMAGE_PURLS.has(type)) {
    return undefined;
  }
  if (version !== undefined && digests.has(version.toLowerCase())) {
    return `"${written}" has a digest of the image`;
  }
  const { tag, repository_url: repositoryUrl } = qualifiers;
  const stated = tag ?? (version?.includes(':') === true ? undefined : version);
  if (version !== undefined && stated === undefined) {
    return undefined;
  }
  const own = [namespace, name].filter(Boolean).join('/');
  const asked = parseReference(repositoryUrl ?? own);
  for (const [repository, tags] of repositories) {
    const isNamed =
      asked === undefined
        ? repository.endsWith(`/${own}`)
        : repository === `${asked.registry}/${asked.repository}` ||
          repository === `${asked.registry}/${asked.repository}/${name}` ||
          (repositoryUrl === undefined && repository.endsWith(`/${own}`));
    if (isNamed && (stated === undefined || tags.has(stated))) {
      return `"${written}" names the image`;
    }
  }
  return undefined;
}

/** A directory, a file or an SBOM has no name but the one that the user gave. */
function namedIdentity({ name }: Exclude<TargetDescription, ImageDescription>): TargetIdentity {
  return {
    fits: ({ identifiers }) =>
      firstOf(identifiers, (identifier) => {
        const purl = identifier.startsWith('pkg:') ? parsePurl(identifier) : undefined;
        const isGeneric = purl?.type === 'generic' && purl.name === name;
        return identifier === name || isGeneric
          ? `"${identifier}" is the name of the target`
          : undefined;
      }),
  };
}

function firstOf(
  identifiers: readonly string[],
  fits: (identifier: string) => string | undefined,
): string | undefined {
  for (const identifier of identifiers) {
    const found = fits(identifier);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
