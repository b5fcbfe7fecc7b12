import { defined } from '../foundation/core/defined.ts';
import { UserError } from '../foundation/core/error.ts';
import { isLoopbackHost } from '../foundation/http/loopback-host.ts';
import type { CiRole } from '../server/access/ci-token.ts';
import type { GroupRole, OidcSetting } from '../server/access/oidc.ts';
import { DEFAULT_TENANT, NAME_PATTERN, ROLES } from '../server/access/principal.ts';
import type { TenantSetting } from '../server/http/serve-setting.ts';
import type { Context } from './command.ts';

const DEFAULT_CLIENT = 'plimsoll';
const DEFAULT_CLAIM = 'groups';

/** Reads the identity provider of people; `undefined` without one. */
export function readOidcSetting(
  { resolved, environment }: Context,
  tenants: readonly TenantSetting[],
): OidcSetting | undefined {
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
    roles: oidcRole.map((text) => {
      const role = parseGroupRole(text);
      requireTenant(role.tenant, '--oidc-role', tenants);
      return role;
    }),
  };
}

/** Finds the tenant of a role. A role of a tenant that the server does not have never applies. */
function requireTenant(
  name: string | undefined,
  option: string,
  tenants: readonly TenantSetting[],
): TenantSetting | undefined {
  const found = tenants.find((one) => one.name === name);
  if (found === undefined && name !== undefined) {
    throw new UserError('E_USAGE', `unknown tenant "${name}" for ${option}`, {
      hint: `add it: plimsoll serve --tenant ${name}=https://${name}.example.org`,
    });
  }
  return found;
}

/** Reads the roles of CI jobs. */
export function readCiRoles(
  { resolved }: Context,
  tenants: readonly TenantSetting[],
): readonly CiRole[] {
  return resolved.values.ciRole.map((text) => {
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
    const tenant = requireTenant(role.tenant, '--ci-role', tenants);
    const audience = tenant === undefined ? resolved.values.publicUrl : tenant.publicUrl;
    if (audience === undefined) {
      const [subject, option] =
        tenant === undefined
          ? ['--ci-role', '--public-url https://plimsoll.example.org']
          : [
              `the tenant "${tenant.name}"`,
              `--tenant ${tenant.name}=https://${tenant.name}.example.org`,
            ];
      throw new UserError('E_USAGE', `${subject} needs the address that tokens are made for`, {
        hint: `for example: ${option}`,
      });
    }
    return { issuer, subject: group, ...role };
  });
}

function parseGroupRole(text: string, option = '--oidc-role'): GroupRole {
  const end = text.lastIndexOf('=');
  const [place = '', tenant, ...more] = text.slice(end + 1).split('@');
  const [word = '', project, ...others] = place.split(':');
  const role = ROLES.find((one) => one === word);
  const isValid =
    end > 0 &&
    role !== undefined &&
    others.length === 0 &&
    more.length === 0 &&
    (project === undefined || NAME_PATTERN.test(project));
  if (!isValid) {
    throw new UserError(
      'E_USAGE',
      `invalid value "${text}" for ${option}: expected GROUP=ROLE or GROUP=ROLE:PROJECT`,
      { hint: `roles are ${ROLES.join(', ')}; for another tenant, add @TENANT` },
    );
  }
  const own = tenant === DEFAULT_TENANT ? undefined : tenant;
  return { group: text.slice(0, end), role, ...defined({ project, tenant: own }) };
}
