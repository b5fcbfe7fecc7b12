import { isDigest } from '../../core/digest.ts';

/** An image in a registry. OCI distribution specification, "Pulling manifests". */
export interface Reference {
  /** Host with port, as a user writes it: `docker.io`, `localhost:5000`. */
  readonly registry: string;
  readonly repository: string;
  /** A tag or a digest. */
  readonly selector: string;
  readonly isDigest: boolean;
}

const DEFAULT_REGISTRY = 'docker.io';
const DEFAULT_TAG = 'latest';
const OFFICIAL_NAMESPACE = 'library';
const REPOSITORY = /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const HOST = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$/;
const REFERENCE_CHARS_MAX = 512;

/**
 * Reads `[host[:port]/]name[:tag][@digest]` as Docker does: the first part is a host where it holds
 * a dot or a colon or is `localhost`; names without a host are Docker Hub's, and its official
 * images live in `library`. `undefined` where the text is no reference.
 */
export function parseReference(text: string): Reference | undefined {
  if (text.length > REFERENCE_CHARS_MAX) {
    return undefined;
  }
  const [named = '', digest, ...more] = text.split('@');
  const slash = named.indexOf('/');
  const first = slash < 0 ? '' : named.slice(0, slash);
  const hasHost = /[.:]/.test(first) || first === 'localhost';
  const registry = hasHost ? first : DEFAULT_REGISTRY;
  const path = hasHost ? named.slice(slash + 1) : named;
  const colon = path.lastIndexOf(':');
  const name = colon < 0 ? path : path.slice(0, colon);
  const tag = colon < 0 ? DEFAULT_TAG : path.slice(colon + 1);
  const isOfficial = registry === DEFAULT_REGISTRY && !name.includes('/');
  const repository = isOfficial ? `${OFFICIAL_NAMESPACE}/${name}` : name;
  const isWellFormed =
    more.length === 0 &&
    HOST.test(registry) &&
    REPOSITORY.test(repository) &&
    TAG.test(tag) &&
    (digest === undefined || isDigest(digest));
  if (!isWellFormed) {
    return undefined;
  }
  return { registry, repository, selector: digest ?? tag, isDigest: digest !== undefined };
}

/** The host that serves a registry's API: Docker Hub's is another than its name. */
export function apiHost(registry: string): string {
  const isDockerHub = registry === DEFAULT_REGISTRY || registry === `index.${DEFAULT_REGISTRY}`;
  return isDockerHub ? 'registry-1.docker.io' : registry;
}

/** Registries on this very machine may speak plain HTTP, as Docker allows it. */
export function isLoopback(registry: string): boolean {
  const host = registry.replace(/:\d+$/, '');
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
