import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import type { Hono } from 'hono';
import { readInventory } from '../../src/assess/read-inventory.ts';
import type { Inventory } from '../../src/foundation/core/inventory.ts';
import { type CiTokenSetting, CiTokens } from '../../src/server/access/ci-token.ts';
import { Oidc, type OidcSetting } from '../../src/server/access/oidc.ts';
import type { Principal, Role, Scope } from '../../src/server/access/principal.ts';
import { createToken } from '../../src/server/access/secret.ts';
import { Engine } from '../../src/server/engine/engine.ts';
import { type CallEngine, ENGINE_METHODS } from '../../src/server/engine/engine-methods.ts';
import { writeInventoryDocument } from '../../src/server/engine/inventory-document.ts';
import {
  type RouteAnswer,
  type RouteName,
  type RouteRequest,
  writeRequest,
} from '../../src/server/http/api-client.ts';
import type { AppEnvironment } from '../../src/server/http/caller.ts';
import { type AppSetting, createApp } from '../../src/server/http/create-app.ts';
import { Credentials, createFormToken } from '../../src/server/http/credentials.ts';
import { PageReader } from '../../src/server/pages/page-reader.ts';
import { Store, type StoreSetting } from '../../src/server/store/store.ts';
import { ServerWorld } from './server-world.ts';

/** The tenant of an application, and the providers of identities that it trusts. */
interface AppOptions {
  readonly tenant?: string;
  readonly host?: string;
  readonly storeId?: string;
  readonly oidc?: OidcSetting;
  readonly ciTokens?: CiTokenSetting;
  /** Another store than SQLite in the directory of the world. */
  readonly store?: Pick<StoreSetting, 'databaseUrl'>;
  /** Builds the advisory database in a directory; the small one of the world if it is absent. */
  readonly buildDatabase?: (folder: string) => Promise<void>;
}

/** The application of a server on one thread, with a store in a temporary directory. */
export class ServerApp implements AsyncDisposable {
  readonly world: ServerWorld;
  readonly engine: Engine;
  readonly store: Store;
  readonly credentials: Credentials;
  readonly app: Hono<AppEnvironment>;
  readonly problems: unknown[] = [];
  readonly host: string;
  /** The secret of the local user. */
  readonly token = createToken();
  /** Milliseconds since 1970. */
  now: number;
  readonly #resources: AsyncDisposableStack;
  readonly #setting: AppSetting;

  private constructor(
    { world, engine, store, pages, options }: ServerAppParts,
    resources: AsyncDisposableStack,
    now: number,
  ) {
    this.world = world;
    this.engine = engine;
    this.store = store;
    this.now = now;
    this.#resources = resources;
    const call = ((name: keyof typeof ENGINE_METHODS, argument: never) =>
      ENGINE_METHODS[name](engine, argument)) as CallEngine;
    const { token } = this;
    const { oidc, ciTokens, tenant = 'default', host = '127.0.0.1:1' } = options;
    this.host = host;
    this.credentials = new Credentials({ token, tenant, db: store.db, call });
    this.#setting = {
      call,
      readPage: async (question) => await pages.answerRequest(question),
      credentials: this.credentials,
      tenant,
      ...(oidc === undefined ? {} : { oidc: new Oidc(oidc, tenant) }),
      ...(ciTokens === undefined ? {} : { ciTokens: new CiTokens(ciTokens) }),
      names: { origins: new Map([[host, `http://${host}`]]) },
      storeId: options.storeId ?? 'store',
      getTime: () => this.now,
      onProblem: (error) => this.problems.push(error),
    };
    this.app = this.createApp();
  }

  static async start(now: number, options: AppOptions = {}): Promise<ServerApp> {
    await using resources = new AsyncDisposableStack();
    const world = resources.use(new ServerWorld());
    const { folder, database } = world;
    await (options.buildDatabase?.(database) ?? world.importDatabase());
    world.writeTarget();
    const setting = { folder, database, maxAgeDays: 0, ...options.store };
    const engine = resources.use(await Engine.open(setting, new Date(now).toISOString()));
    const store = resources.use(await Store.open(setting));
    const pages = resources.use(await PageReader.open(setting));
    return new ServerApp({ world, engine, store, pages, options }, resources.move(), now);
  }

  /** Creates another application on the same store. */
  createApp(): Hono<AppEnvironment> {
    return createApp(this.#setting);
  }

  /** Sends a request of the local user, unless the headers name another sender. */
  async send(path: string, init: RequestInit = {}, headers: Record<string, string> = {}) {
    const own = { host: this.host, authorization: `Bearer ${this.token}`, ...headers };
    return await this.app.request(`http://${this.host}${path}`, { ...init, headers: own });
  }

  /** Calls a route as the local user, with the types of the client; fails unless it succeeds. */
  async call<Name extends RouteName>(
    name: Name,
    request: RouteRequest<Name>,
  ): Promise<RouteAnswer<Name>> {
    const { method, path, body } = writeRequest(name, request);
    const content = body instanceof FormData ? body : JSON.stringify(body);
    const response = await this.send(path, {
      method,
      ...(body === undefined ? {} : { body: content }),
    });
    assert.ok(response.ok, `${name}: ${await response.clone().text()}`);
    return (await response.json()) as RouteAnswer<Name>;
  }

  /** Returns the headers of a page of this server that somebody with a session uses. */
  async openSession(id: string, scope: Scope, roles: readonly Role[]) {
    const grants = roles.map((role) => ({ role, scope }));
    const principal: Principal = { id, name: id, grants };
    const session = await this.credentials.openSession(principal, this.now);
    return {
      authorization: '',
      cookie: `plimsoll_session=${session}`,
      'sec-fetch-site': 'same-origin',
      'plimsoll-form-token': createFormToken(session),
    };
  }

  /** Adds the target of the world as an image, and returns its ID. */
  async push(name: string, query = '', target: object = {}): Promise<number> {
    const { world } = this;
    const inventory = await readInventory(`dir:${world.target}`, { temporaryFolder: world.root });
    const named = { ...inventory, target: { ...inventory.target, ...target, name } };
    return await this.pushInventory(named, query);
  }

  /** Adds an inventory as an image, and returns its ID. */
  async pushInventory(named: Inventory, query = ''): Promise<number> {
    const document = writeInventoryDocument({ inventory: named, configuration: {} });
    const digest = createHash('sha256').update(document).digest('hex');
    const body = new Uint8Array(zstdCompressSync(document));
    const response = await this.send(`/api/v1/inventories/${digest}${query}`, {
      method: 'PUT',
      body,
    });
    assert.ok(response.ok, await response.clone().text());
    return ((await response.json()) as { readonly image: { readonly id: number } }).image.id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}

interface ServerAppParts {
  readonly world: ServerWorld;
  readonly engine: Engine;
  readonly store: Store;
  readonly pages: PageReader;
  readonly options: AppOptions;
}
