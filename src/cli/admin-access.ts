import { EXIT_STATUS, type ExitStatus, UserError } from '../foundation/core/error.ts';
import { escapeText, formatCount } from '../foundation/core/screen-text.ts';
import { type TextColumn, writeTextTable } from '../foundation/present/text-table.ts';
import { AccessStore } from '../server/access/access-store.ts';
import { findRight, listRights, type RightView } from '../server/access/decide-access.ts';
import { ROLES, type Role } from '../server/access/principal.ts';
import { RIGHTS } from '../server/access/rights.data.ts';
import { addToken, listTokens, removeToken, type TokenView } from '../server/access/tokens.ts';
import { Store, type StoreSetting } from '../server/store/store.ts';
import { findAdminAction, recordAdminAction } from './admin-action.ts';
import type { Context } from './command.ts';
import { getTenant } from './tenants.ts';
import { createTableOptions } from './terminal.ts';

type AccessAction = (context: Context, store: Store) => Promise<ExitStatus>;

const TOKEN_ACTIONS: ReadonlyMap<string, AccessAction> = new Map<string, AccessAction>([
  ['add', createAccessToken],
  ['list', printTokens],
  ['remove', removeAccessToken],
]);

/** Manages the tokens of programs; the store may be in use by a server. */
export async function runTokenAction(context: Context, setting: StoreSetting): Promise<ExitStatus> {
  const action = findAdminAction(context, TOKEN_ACTIONS);
  await using store = await Store.open(setting);
  return await action(context, store);
}

function getTokenName({ positionals }: Context): string {
  const [, action = '', name] = positionals;
  if (name === undefined) {
    throw new UserError('E_USAGE', `missing name for "plimsoll serve admin token ${action}"`, {
      hint: `for example: plimsoll serve admin token ${action} ci`,
    });
  }
  return name;
}

function parseRole({ resolved }: Context): Role {
  const { role = '' } = resolved.values;
  const known = ROLES.find((one) => one === role);
  if (known === undefined) {
    throw new UserError('E_USAGE', `invalid value "${role}" for --role: expected a role`, {
      hint: `use one of ${ROLES.join(', ')}`,
    });
  }
  return known;
}

async function createAccessToken(context: Context, store: Store): Promise<ExitStatus> {
  const name = getTokenName(context);
  const role = parseRole(context);
  const { project, days } = context.resolved.values;
  const scope = { tenant: getTenant(context), ...(project === undefined ? {} : { project }) };
  await recordAdminAction(context, store, { action: 'token add', target: name });
  const secret = await addToken(store, { name, role, scope, days }, Date.parse(context.now));
  context.print(`${secret}\n`);
  context.notify(`this token is only shown now; it is valid for ${formatCount(days, 'day')}`);
  return EXIT_STATUS.fine;
}

async function removeAccessToken(context: Context, store: Store): Promise<ExitStatus> {
  const name = getTokenName(context);
  await recordAdminAction(context, store, { action: 'token remove', target: name });
  await removeToken(store, name, Date.parse(context.now));
  return EXIT_STATUS.fine;
}

const TOKENS: readonly TextColumn<TokenView>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'ROLE', cell: ({ role }) => role },
  { title: 'PROJECT', canShrink: true, cell: ({ scope }) => scope.project ?? 'all' },
  { title: 'EXPIRES', cell: ({ expires }) => expires.slice(0, 10) },
  { title: 'LAST USE', cell: ({ used = 'never' }) => used.slice(0, 10) },
];

async function printTokens(context: Context, store: Store): Promise<ExitStatus> {
  const rows = await listTokens(store.db);
  if (rows.length === 0) {
    context.print(
      'There are no tokens. Add one: plimsoll serve admin token add NAME --role ROLE\n',
    );
    return EXIT_STATUS.fine;
  }
  const target = { write: (text: string) => context.print(text) };
  writeTextTable(target, { columns: TOKENS, rows }, createTableOptions(context.terminal));
  return EXIT_STATUS.fine;
}

/** Ends the sessions of one person, or of everybody, at once. */
export async function endAllSessions(context: Context, setting: StoreSetting): Promise<ExitStatus> {
  const [, principal] = context.positionals;
  await using store = await Store.open(setting);
  await recordAdminAction(context, store, { action: 'sign-out', target: principal ?? '' });
  const count = await new AccessStore(store).endSessions(principal);
  context.print(`${formatCount(count, 'session')} ended\n`);
  return EXIT_STATUS.fine;
}

const RIGHT_COLUMNS: readonly TextColumn<RightView>[] = [
  { title: 'METHOD', cell: ({ method }) => method },
  { title: 'PATH', canShrink: true, cell: ({ path }) => path },
  {
    title: 'ROLES',
    canShrink: true,
    cell: ({ roles }) => (roles === 'anyone' ? roles : roles.join(', ')),
  },
  { title: 'WHO', canShrink: true, cell: describePrincipals },
];

function describePrincipals({ principals }: RightView): string {
  return principals
    .map(({ id, projects }) => (projects === undefined ? id : `${id} (${projects.join(', ')})`))
    .join(', ');
}

/** Prints who may use a route, or all routes. */
export async function printRights(context: Context, setting: StoreSetting): Promise<ExitStatus> {
  const [, method, path] = context.positionals;
  const right = findRight(method?.toUpperCase() ?? '', path ?? '');
  if (method !== undefined && right === undefined) {
    throw new UserError('E_USAGE', `unknown route "${escapeText(`${method} ${path ?? ''}`)}"`, {
      hint: 'list all: plimsoll serve admin who-may',
    });
  }
  await using store = await Store.open(setting);
  const principals = await new AccessStore(store).listPrincipals(Date.parse(context.now));
  const rights = right === undefined ? RIGHTS : [right];
  const rows = listRights(rights, principals, getTenant(context));
  const target = { write: (text: string) => context.print(text) };
  writeTextTable(target, { columns: RIGHT_COLUMNS, rows }, createTableOptions(context.terminal));
  return EXIT_STATUS.fine;
}
