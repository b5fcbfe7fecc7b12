import { hasDatabase } from '../../advisory/open-database.ts';
import { UserError } from '../../core/error.ts';
import { formatCount } from '../../core/screen-text.ts';
import { serveStore } from '../../server/http/serve-store.ts';
import type { Command, Context } from '../command.ts';
import { getDatabaseDirectory, getServerDirectory } from '../folders.ts';
import { createMissingDatabaseError } from './scan.ts';

/** Serves a store until it is interrupted. */
export const serve: Command = { run };

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost']);
const ADDRESS = /^([a-z0-9.-]+):([0-9]{1,5})$/i;
const DEFAULT_ADDRESS = '127.0.0.1:7447';
const PORT_MAX = 65_535;

async function run(context: Context): Promise<never> {
  const { resolved, environment, resources } = context;
  const { host, port } = parseAddress(resolved.values.listen ?? DEFAULT_ADDRESS);
  const folder = getServerDirectory(resolved.values, environment);
  const database = getDatabaseDirectory(resolved.values, environment);
  if (!hasDatabase(database)) {
    throw createMissingDatabaseError(context);
  }
  const server = await serveStore({
    folder,
    database,
    host,
    port,
    getTime: Date.now,
    onUpdate: ({ revision, matched, opened, closed }) =>
      context.notify(
        `revision ${revision}: ${formatCount(matched, 'component')} matched again, ${formatCount(opened, 'match', 'matches')} opened, ${closed} closed`,
      ),
    onProblem: (error) =>
      context.warn(`warning: ${error instanceof Error ? error.message : String(error)}`),
  });
  resources.defer(() => server.removeAddress());
  context.print(`listening on ${server.url}\nsign in once: ${server.signInUrl}\n`);
  return await server.failed;
}

/** Without TLS, tokens must not leave the machine. */
function parseAddress(text: string): { readonly host: string; readonly port: number } {
  const [, host = '', port = ''] = ADDRESS.exec(text) ?? [];
  if (!LOOPBACK.has(host) || Number(port) > PORT_MAX) {
    throw new UserError(
      'E_USAGE',
      `invalid value "${text}" for --listen: expected a loopback address`,
      {
        hint: 'name one, for example: --listen 127.0.0.1:7447',
      },
    );
  }
  return { host, port: Number(port) };
}
