import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider, type ProviderContext } from 'oidc-provider';

export const CLIENT = { id: 'plimsoll', secret: 'a secret of the client' } as const;

/** A real OpenID Connect provider on loopback, which signs one person in without questions. */
export class IdentityProvider implements AsyncDisposable {
  /** The claims of the person who signs in next. */
  claims: Readonly<Record<string, unknown>> = {};
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  get issuer(): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  static async start(...redirectUrls: readonly string[]): Promise<IdentityProvider> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const own = new IdentityProvider(server);
    const { origin } = own.issuer;
    const provider = new Provider(origin, own.#configure(redirectUrls));
    const answer = provider.callback();
    server.on('request', (request, response) => {
      const account = { login: { accountId: 'account' } };
      void (request.url?.startsWith('/interaction/') === true
        ? provider.interactionFinished(request, response, account)
        : answer(request, response));
    });
    return own;
  }

  #configure(redirectUrls: readonly string[]): object {
    return {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [...redirectUrls],
          response_types: ['code'],
          grant_types: ['authorization_code'],
        },
      ],
      cookies: { keys: ['test'] },
      pkce: { required: () => true },
      conformIdTokenClaims: false,
      claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'] },
      features: { devInteractions: { enabled: false } },
      interactions: {
        url: (_: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}`,
      },
      findAccount: () => ({
        accountId: 'account',
        claims: () => ({ sub: 'account', ...this.claims }),
      }),
      loadExistingGrant: createGrant,
    };
  }

  /** Follows redirects as a browser does, until one leads to another server. */
  async visit(address: string): Promise<URL> {
    const cookies = new Map<string, string>();
    for (let url = new URL(address); ; ) {
      if (url.origin !== this.issuer.origin) {
        return url;
      }
      const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
      const response = await fetch(url, { headers: { cookie }, redirect: 'manual' });
      for (const line of response.headers.getSetCookie()) {
        const [pair = ''] = line.split(';');
        const at = pair.indexOf('=');
        cookies.set(pair.slice(0, at), pair.slice(at + 1));
      }
      const location = response.headers.get('location');
      if (location === null) {
        throw new Error(`${url.href}: ${response.status} ${await response.text()}`);
      }
      url = new URL(location, url);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** Consents to everything. */
async function createGrant({ oidc }: ProviderContext) {
  const { clientId } = oidc.client;
  const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope('openid email profile');
  await grant.save();
  return grant;
}
