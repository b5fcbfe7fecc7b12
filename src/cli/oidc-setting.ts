import { UserError } from '../core/error.ts';
import { isLoopbackHost } from '../http/loopback-host.ts';
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
    roles: oidcRole.map(parseGroupRole),
  };
}

function parseGroupRole(text: string): GroupRole {
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
      `invalid value "${text}" for --oidc-role: expected GROUP=ROLE or GROUP=ROLE:PROJECT`,
      { hint: `roles are ${ROLES.join(', ')}` },
    );
  }
  return { group: text.slice(0, end), role, ...(project === undefined ? {} : { project }) };
}
