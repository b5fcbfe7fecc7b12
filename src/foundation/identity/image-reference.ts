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

/**
 * The parts of a repository name are separated by one dot, one or two underscores, or any number of
 * dashes.
 */
const REPOSITORY_PART = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;
const REPOSITORY_CHARS_MAX = 255;
/** Such a name would be mistaken for the ID of an image. */
const IMAGE_ID = /^[0-9a-f]{64}$/;
const TAG = /^\w[\w.-]{0,127}$/;
const HOST_PART = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;
const IP6_HOST = /^\[[0-9a-fA-F:.]{2,45}\]$/;
const REFERENCE_CHARS_MAX = 512;

/**
 * Parses `[host[:port]/]name[:tag][@digest]` as Docker does. The first part is a host if it
 * contains a dot, a colon or a capital letter, or is `localhost`. Names without a host belong to
 * Docker Hub, whose official images are in `library`. distribution/reference, "Grammar". Returns
 * `undefined` if the string is not a reference.
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
    isTag(tag) &&
    (digest === undefined || isDigest(digest));
  return isWellFormed
    ? { registry, repository, selector: digest ?? tag, isDigest: digest !== undefined }
    : undefined;
}

/**
 * Creates a name that is compared as registries resolve it: `nginx:1` is
 * `docker.io/library/nginx:1`.
 */
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

/** Lists the spellings of an image name that {@link createImageName} treats as equal. */
export function listImageSpellings(text: string): readonly string[] {
  const reference = parseReference(text);
  if (reference === undefined) {
    return [text];
  }
  const { registry, repository, selector, isDigest: isPinned } = reference;
  const official = `${OFFICIAL_NAMESPACE}/`;
  const isDefault = registry === DEFAULT_REGISTRY;
  const hosts = isDefault
    ? ['', `${DEFAULT_REGISTRY}/`, `${OLD_DEFAULT_REGISTRY}/`]
    : [`${registry}/`];
  const isOfficial = isDefault && repository.startsWith(official);
  const paths = isOfficial ? [repository, repository.slice(official.length)] : [repository];
  const names = hosts.flatMap((host) => paths.map((path) => `${host}${path}`));
  const ends = isPinned ? [`@${selector}`] : [`:${selector}`];
  if (!isPinned && selector === DEFAULT_TAG) ends.push('');
  const spellings = names.flatMap((name) => ends.map((end) => `${name}${end}`));
  return [...new Set([text, ...spellings])];
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

/** Whether a string is a registry host, with or without a port. */
export function isRegistry(text: string): boolean {
  const [, host = '', port] = /^(.*?)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const isHost = IP6_HOST.test(host) || host.split('.').every((part) => HOST_PART.test(part));
  return isHost && Number(port ?? 1) > 0 && URL.canParse(`https://${text}`);
}

/** Returns whether a text is the name of a tag. OCI distribution specification 1.1. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

export function isRepository(text: string): boolean {
  return (
    text.length <= REPOSITORY_CHARS_MAX &&
    text.split('/').every((part) => REPOSITORY_PART.test(part))
  );
}

/**
 * Returns the host that serves a registry's API. For Docker Hub it differs from the registry's
 * name.
 */
export function toApiHost(registry: string): string {
  return registry === DEFAULT_REGISTRY ? 'registry-1.docker.io' : registry;
}
