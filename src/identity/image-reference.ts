import { isDigest } from '../core/digest.ts';

/** An image in a registry. OCI distribution specification, "Pulling manifests". */
export interface Reference {
  /** Host with port in lower case, as a user writes it: `docker.io`, `localhost:5000`. */
  readonly registry: string;
  readonly repository: string;
  /** A tag or a digest. */
  readonly selector: string;
  readonly isDigest: boolean;
}

const DEFAULT_REGISTRY = 'docker.io';
const OLD_DEFAULT_REGISTRY = 'index.docker.io';
const DEFAULT_TAG = 'latest';
const OFFICIAL_NAMESPACE = 'library';

/** Words of a repository are parted by one dot, one or two underscores, or any number of dashes. */
const REPOSITORY_PART = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;
const REPOSITORY_CHARS_MAX = 255;
/** Such a name would be taken for the id of an image. */
const IMAGE_ID = /^[0-9a-f]{64}$/;
const TAG = /^\w[\w.-]{0,127}$/;
const HOST_PART = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;
const IP6_HOST = /^\[[0-9a-fA-F:.]{2,45}\]$/;
const REFERENCE_CHARS_MAX = 512;

/**
 * Reads `[host[:port]/]name[:tag][@digest]` as Docker does: the first part is a host where it holds
 * a dot, a colon or a capital, or is `localhost`; names without a host are Docker Hub's, and its
 * official images live in `library`. distribution/reference, "Grammar". `undefined` where the text
 * is no reference.
 */
export function parseReference(text: string): Reference | undefined {
  if (text.length > REFERENCE_CHARS_MAX) {
    return undefined;
  }
  const [named = '', digest, ...more] = text.split('@');
  const { registry, path } = splitHost(named);
  const colon = path.lastIndexOf(':');
  const name = colon < 0 ? path : path.slice(0, colon);
  const tag = colon < 0 ? DEFAULT_TAG : path.slice(colon + 1);
  const isOfficial = registry === DEFAULT_REGISTRY && !name.includes('/');
  const repository = isOfficial ? `${OFFICIAL_NAMESPACE}/${name}` : name;
  const isWellFormed =
    more.length === 0 &&
    isRegistry(registry) &&
    isRepository(repository) &&
    !IMAGE_ID.test(named) &&
    TAG.test(tag) &&
    (digest === undefined || isDigest(digest));
  return isWellFormed
    ? { registry, repository, selector: digest ?? tag, isDigest: digest !== undefined }
    : undefined;
}

/** A name that is compared as registries understand it: `nginx:1` is `docker.io/library/nginx:1`. */
export function createImageName(text: string): {
  readonly text: string;
  isSame(name: string): boolean;
} {
  const own = parseReference(text);
  return {
    text,
    isSame: (name) => {
      const other = parseReference(name);
      return (
        name === text ||
        (own !== undefined &&
          own.registry === other?.registry &&
          own.repository === other.repository &&
          own.selector === other.selector)
      );
    },
  };
}

function splitHost(named: string): { readonly registry: string; readonly path: string } {
  const slash = named.indexOf('/');
  const first = slash < 0 ? '' : named.slice(0, slash);
  const isHost = /[.:A-Z]/.test(first) || first === 'localhost';
  if (!isHost) {
    return { registry: DEFAULT_REGISTRY, path: named };
  }
  const host = first.toLowerCase();
  return {
    registry: host === OLD_DEFAULT_REGISTRY ? DEFAULT_REGISTRY : host,
    path: named.slice(slash + 1),
  };
}

/** Whether a text is a host as registries have it, with a port or without. */
export function isRegistry(text: string): boolean {
  const [, host = '', port] = /^(.*?)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const isHost = IP6_HOST.test(host) || host.split('.').every((part) => HOST_PART.test(part));
  return isHost && Number(port ?? 1) > 0 && URL.canParse(`https://${text}`);
}

export function isRepository(text: string): boolean {
  return (
    text.length <= REPOSITORY_CHARS_MAX &&
    text.split('/').every((part) => REPOSITORY_PART.test(part))
  );
}

/** The host that serves a registry's API: Docker Hub's is another than its name. */
export function toApiHost(registry: string): string {
  return registry === DEFAULT_REGISTRY ? 'registry-1.docker.io' : registry;
}
