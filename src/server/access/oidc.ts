import type { Configuration } from 'openid-client';
import { HOUR_MS } from '../../foundation/core/duration.ts';
import { UserError } from '../../foundation/core/error.ts';
import { isLoopbackHost } from '../../foundation/http/loopback-host.ts';
import { createClaimName, listClaimGroups } from './claims.ts';
import type { Grant, Principal, Role } from './principal.ts';

/** The role that members of a group have. */
export interface GroupRole {
  readonly group: string;
  readonly role: Role;
  /** Absent for the whole tenant. */
  readonly project?: string;
  /** Absent for the default tenant. */
  readonly tenant?: string;
}

export interface OidcSetting {
  /** Identifier of the provider: a URL over HTTPS, or on loopback. */
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Claim with the groups of a person. */
  readonly groupsClaim: string;
  readonly roles: readonly GroupRole[];
}

/** The values of a sign-in that has begun; the browser keeps them until it comes back. */
export interface OidcFlow {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

const SCOPE = 'openid email profile';
const TIMEOUT_SECONDS = 10;
/** The description of the provider is read again after it. */
const DESCRIPTION_MS_MAX = HOUR_MS;

/** Signs people in by OpenID Connect: code flow with PKCE, state and nonce. */
export class Oidc {
  readonly #setting: OidcSetting;
  readonly #tenant: string;
  #configuration: { readonly value: Promise<Configuration>; readonly until: number } | undefined;

  constructor(setting: OidcSetting, tenant: string) {
    this.#setting = setting;
    this.#tenant = tenant;
  }

  /** Returns the address to which a browser goes, and what it must come back with. */
  async begin(
    redirectUrl: URL,
    now: number,
  ): Promise<{ readonly location: URL; readonly flow: OidcFlow }> {
    const client = await import('openid-client');
    const configuration = await this.#configure(now);
    const verifier = client.randomPKCECodeVerifier();
    const flow = { state: client.randomState(), nonce: client.randomNonce(), verifier };
    const location = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUrl.href,
      scope: SCOPE,
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { location, flow };
  }

  /**
   * Exchanges the code for the identity of a person.
   *
   * @param url the complete address of the callback
   * @throws UserError `E_UNAUTHORIZED` if the answer is not valid, or no group has a role
   */
  async complete(url: URL, { state, nonce, verifier }: OidcFlow, now: number): Promise<Principal> {
    const client = await import('openid-client');
    const configuration = await this.#configure(now);
    const claims = await client
      .authorizationCodeGrant(configuration, url, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      })
      .then((answer) => answer.claims())
      .catch((cause: unknown) => {
        throw new UserError('E_UNAUTHORIZED', 'the identity provider did not confirm the sign-in', {
          cause,
        });
      });
    return this.#toPrincipal(claims ?? {});
  }

  #toPrincipal(claims: Readonly<Record<string, unknown>>): Principal {
    const { issuer, groupsClaim, roles } = this.#setting;
    const name = createClaimName(claims);
    const groups = listClaimGroups(claims[groupsClaim]);
    const grants = roles
      .filter(({ group }) => groups.has(group))
      .map(({ role, project }): Grant => {
        const tenant = this.#tenant;
        return { role, scope: project === undefined ? { tenant } : { tenant, project } };
      });
    if (grants.length === 0) {
      throw new UserError('E_UNAUTHORIZED', `no group of "${name}" has a role on this server`, {
        hint: 'ask the operator to map a group: plimsoll serve --oidc-role GROUP=ROLE',
      });
    }
    return { id: `person:${name}@${issuer.host}`, name, grants };
  }

  async #configure(now: number): Promise<Configuration> {
    if (this.#configuration === undefined || this.#configuration.until <= now) {
      const value = this.#discover();
      this.#configuration = { value, until: now + DESCRIPTION_MS_MAX };
      // A provider that does not answer is asked again by the next sign-in.
      value.catch(() => {
        this.#configuration = undefined;
      });
    }
    return await this.#configuration.value;
  }

  async #discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret } = this.#setting;
    const client = await import('openid-client');
    const isLocal = issuer.protocol === 'http:' && isLoopbackHost(issuer.hostname);
    try {
      return await client.discovery(issuer, clientId, clientSecret, undefined, {
        timeout: TIMEOUT_SECONDS,
        // The signature of ID tokens is checked, too, although they come from the provider itself.
        execute: [
          client.enableNonRepudiationChecks,
          ...(isLocal ? [client.allowInsecureRequests] : []),
        ],
      });
    } catch (cause) {
      throw new UserError(
        'E_NETWORK',
        `the identity provider at ${issuer.origin} does not answer`,
        {
          cause,
        },
      );
    }
  }
}
