import { type Digest, isDigest } from '../../../foundation/core/digest.ts';
import { UserError } from '../../../foundation/core/error.ts';
import type {
  ListingOptions,
  ReferrerDescription,
  RepositoryListing,
} from '../../../foundation/core/target.ts';
import type { HttpClient } from '../../../foundation/http/http-client.ts';
import { isRepository, isTag, toApiHost } from '../../../foundation/identity/image-reference.ts';
import { parseBoundedJson } from '../../../foundation/syntax/json/bounded-json.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getRecords, getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { createLoginFinder } from './credentials/credentials.ts';
import { findNextQuery } from './next-page.ts';
import { RegistryClient } from './registry-client.ts';
import { createRegistryHttp } from './registry-http.ts';

const PAGE_NAMES = 1_000;
/** Names of one list; a registry could continue it forever. */
const NAMES_MAX = 1_000_000;
/** Pages without a new name, such as those whose names the login cannot see. */
const EMPTY_PAGES_MAX = 100;

/** The repositories and tags of a registry. */
export class RegistryListing implements RepositoryListing {
  readonly #registry: string;
  readonly #options: ListingOptions;
  readonly #http: HttpClient;
  /** Each repository needs a token of its own. */
  readonly #clients = new Map<string, RegistryClient>();

  private constructor(registry: string, options: ListingOptions, http: HttpClient) {
    this.#registry = registry;
    this.#options = options;
    this.#http = http;
  }

  static async open(registry: string, options: ListingOptions): Promise<RegistryListing> {
    return new RegistryListing(
      registry,
      options,
      await createRegistryHttp(options.limits, options.network),
    );
  }

  async listRepositories(): Promise<readonly string[]> {
    const names = await this.#readPages('', '_catalog', 'repositories');
    return names.filter(isRepository);
  }

  async listTags(repository: string): Promise<readonly string[] | undefined> {
    try {
      const names = await this.#readPages(repository, 'tags/list', 'tags');
      return names.filter(isTag);
    } catch (error) {
      if (error instanceof UserError && error.code === 'E_TARGET_UNKNOWN') {
        return undefined;
      }
      throw error;
    }
  }

  async findDigest(repository: string, tag: string): Promise<Digest | undefined> {
    return await this.#getClient(repository).findDigest(tag);
  }

  async listReferrers(repository: string, digest: Digest): Promise<readonly ReferrerDescription[]> {
    const { limits } = this.#options;
    const pages = (await this.#getClient(repository).listReferrers(digest)) ?? [];
    const subject = `the referrers of ${digest}`;
    const manifests = pages.flatMap((bytes) => {
      const index = parseBoundedJson(bytes, { subject, limits });
      // Treating anything else as an empty list would remove all documents.
      if (!isRecord(index) || !Array.isArray(index['manifests'])) {
        throw new UserError('E_DOCUMENT_INVALID', `the list of ${subject} has no "manifests"`);
      }
      return getRecords(index, 'manifests');
    });
    return manifests.flatMap((manifest) => {
      const found = getText(manifest, 'digest');
      const artifactType = getText(manifest, 'artifactType');
      return isDigest(found) ? [{ digest: found, artifactType }] : [];
    });
  }

  [Symbol.dispose](): void {
    this.#http[Symbol.dispose]();
  }

  async #readPages(repository: string, path: string, member: string): Promise<readonly string[]> {
    const { limits } = this.#options;
    const subject = `the list of ${member} of ${this.#registry}`;
    const client = this.#getClient(repository);
    const names = new Set<string>();
    let emptyPages = 0;
    for (let query = `n=${PAGE_NAMES}`; ; ) {
      const { bytes, link } = await client.readListPage(`${path}?${query}`);
      const page = parseBoundedJson(bytes, { subject, limits });
      const list = isRecord(page) ? page[member] : undefined;
      // A repository whose tags were deleted has null. Anything else would remove all names.
      if (!Array.isArray(list) && list !== null) {
        throw new UserError('E_DOCUMENT_INVALID', `${subject} has no "${member}"`);
      }
      const before = names.size;
      toTexts(list).forEach((name) => names.add(name));
      if (names.size > NAMES_MAX) {
        throw new UserError('E_LIMIT', `${subject} has more than ${NAMES_MAX} names`);
      }
      const next = findNextQuery(link);
      // A page that names itself as the next one is the last.
      if (next === undefined || next === query) {
        return [...names];
      }
      query = next;
      emptyPages += names.size === before ? 1 : 0;
      if (emptyPages > EMPTY_PAGES_MAX) {
        throw new UserError('E_LIMIT', `${subject} has too many pages without a new name`);
      }
    }
  }

  #getClient(repository: string): RegistryClient {
    const known = this.#clients.get(repository);
    if (known !== undefined) {
      return known;
    }
    const { limits, network } = this.#options;
    const registry = this.#registry;
    const client = new RegistryClient(
      { registry, host: toApiHost(registry), repository },
      {
        http: this.#http,
        limits,
        findLogin: createLoginFinder(process.env),
        isPlainAllowed: network.isPlainHttpAllowed ?? false,
        allowedHosts: network.allowedHosts ?? [],
      },
    );
    this.#clients.set(repository, client);
    return client;
  }
}
