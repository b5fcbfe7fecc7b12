import { UserError } from '../core/error.ts';
import { isLoopbackHost } from '../http/loopback-host.ts';
import type { CiRole } from '../server/access/ci-token.ts';
import type { GroupRole, OidcSetting } from '../server/access/oidc.ts';
import { NAME_PATTERN, ROLES } from '../server/access/principal.ts';
import type { Context } from './command.ts';

const DEFAULT_CLIENT = 'plimsoll';
const DEFAULT_CLAIM = 'groups';

/** Reads the identity provider of people; `undefined` without one. */
export function readOidcSetting({ resolved, environment }: Context): OidcSetting | undefined {
  const { oidc, oidcClient, oidcGroups, oidcRole } = resolved.values;
  if (oidc === undefined) {
    return undefined;
  }
  const issuer = URL.canParse(oidc) ? new URL(oidc) : undefined;
  const isSafe =
    issuer?.protocol === 'https:' ||
    (issuer?.protocol === 'http:' && isLoopbackHost(issuer.hostname));
  if (issuer === undefined || !isSafe || issuer.username !== '') {
    throw new UserError('E_USAGE', `invalid value "${oidc}" for --oidc: expected HTTPS`, {
      hint: 'for example: --oidc https://login.example.org',
    });
  }
  const { PLIMSOLL_OIDC_SECRET: clientSecret = '' } = environment;
  if (clientSecret === '') {
    throw new UserError('E_USAGE', '--oidc needs the secret of the client', {
      hint: 'set the environment variable PLIMSOLL_OIDC_SECRET',
    });
  }
  return {
    issuer,
    clientId: oidcClient ?? DEFAULT_CLIENT,
    clientSecret,
    groupsClaim: oidcGroups ?? DEFAULT_CLAIM,
    roles: oidcRole.map((text) => parseGroupRole(text)),
  };
}

/** Reads the roles of CI jobs. */
export function readCiRoles({ resolved }: Context): readonly CiRole[] {
  const { ciRole, publicUrl } = resolved.values;
  if (ciRole.length > 0 && publicUrl === undefined) {
    throw new UserError('E_USAGE', '--ci-role needs --public-url, which tokens are made for', {
      hint: 'for example: --public-url https://plimsoll.example.org',
    });
  }
  return ciRole.map((text) => {
    const [issuer = '', ...rest] = text.split(' ');
    const { group, ...role } = parseGroupRole(rest.join(' '), '--ci-role');
    const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
    const isSafe =
      url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname));
    if (!isSafe) {
      throw new UserError('E_USAGE', `invalid issuer "${issuer}" for --ci-role: expected HTTPS`, {
        hint: "for example: --ci-role 'https://gitlab.com project_path:acme/shop:*=uploader:shop'",
      });
    }
    return { issuer, subject: group, ...role };
  });
}

function parseGroupRole(text: string, option = '--oidc-role'): GroupRole {
  const end = text.lastIndexOf('=');
  const [word = '', project, ...others] = text.slice(end + 1).split(':');
  const role = ROLES.find((one) => one === word);
  const isValid =
    end > 0 &&
    role !== undefined &&
    others.length === 0 &&
    (project === undefined || NAME_PATTERN.test(project));
  if (!isValid) {
    throw new UserError(
      'E_USAGE',
      `invalid value "${text}" for ${option}: expected GROUP=ROLE or GROUP=ROLE:PROJECT`,
      { hint: `roles are ${ROLES.join(', ')}` },
    );
  }
  return { group: text.slice(0, end), role, ...(project === undefined ? {} : { project }) };
}
