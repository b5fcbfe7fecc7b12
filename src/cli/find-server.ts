import { UserError } from '../foundation/core/error.ts';
import { isLoopbackHost } from '../foundation/http/loopback-host.ts';
import { findServer, type ServerAddress } from '../server/http/server-address.ts';
import type { Context } from './command.ts';
import { findTenantDirectory } from './tenants.ts';

/** Returns the server that a command uses: a named one, or that of the same user. */
export function findContextServer(context: Context): ServerAddress {
  const { resolved, environment } = context;
  const { server } = resolved.values;
  if (server === undefined) {
    return findServer(findTenantDirectory(context));
  }
  if (resolved.origins.tenant === 'flag') {
    throw new UserError('E_USAGE', '--tenant cannot be combined with --server', {
      hint: 'name the address of the tenant, for example: --server https://acme.example.org',
    });
  }
  const url = URL.canParse(server) ? new URL(server) : undefined;
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname));
  if (url === undefined || !isSafe || url.href !== `${url.origin}/`) {
    throw new UserError('E_USAGE', `invalid value "${server}" for --server: expected HTTPS`, {
      hint: 'a token must not leave the machine without TLS, for example: --server https://plimsoll.example.org',
    });
  }
  const { PLIMSOLL_TOKEN: token = '' } = environment;
  if (token === '') {
    throw new UserError('E_USAGE', '--server needs a token', {
      hint: 'set the environment variable PLIMSOLL_TOKEN: plimsoll serve admin token add NAME --role uploader',
    });
  }
  return { url: url.origin, token };
}
