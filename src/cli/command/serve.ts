import { join } from 'node:path';
import { refreshDatabase } from '../../assess/database-refresh.ts';
import { readVexKey } from '../../assess/vex-search.ts';
import { defined } from '../../foundation/core/defined.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../foundation/core/error.ts';
import { formatCount } from '../../foundation/core/screen-text.ts';
import { isLoopbackHost } from '../../foundation/http/loopback-host.ts';
import { DEFAULT_TENANT } from '../../server/access/principal.ts';
import type { DownloadSetting } from '../../server/engine/advisory-download.ts';
import { limitHeapGrowth } from '../../server/engine/thread-memory.ts';
import { parsePublicUrl } from '../../server/http/public-address.ts';
import { type RunningServer, serveStore } from '../../server/http/serve-store.ts';
import { createDocumentTrust, type DocumentTrust } from '../../server/registry/document-trust.ts';
import { hasDatabase } from '../../vulnerability/advisory/open-database.ts';
import type { Command, Context } from '../command.ts';
import { readDocumentBucket } from '../document-bucket.ts';
import { addTenantPolicies, readFleetPolicy } from '../fleet-policies.ts';
import { getDatabaseDirectory, getServerDirectory } from '../folders.ts';
import { readKeylessTrust } from '../keyless-trust.ts';
import { readMailSetting } from '../mail-options.ts';
import { readCiRoles, readOidcSetting } from '../oidc-setting.ts';
import {
  createCacheOptions,
  createNetworkOptions,
  createPorts,
  createRefreshRequest,
} from '../request.ts';
import { readSecretsKey } from '../secrets-key.ts';
import { createServerLog } from '../server-log.ts';
import { checkTenants, readTenants } from '../tenants.ts';
import { createMissingDatabaseError } from './scan.ts';

/** Serves a store until it is interrupted. */
export const serve: Command = { run };

const ADDRESS = /^([a-z0-9.-]+|\[[0-9a-f:]+\]):([0-9]{1,5})$/i;
const DEFAULT_ADDRESS = '127.0.0.1:7447';
const PORT_MAX = 65_535;

async function run(context: Context): Promise<ExitStatus> {
  limitHeapGrowth();
  const { resolved, resources } = context;
  const log = createServerLog(context);
  const publicUrl = readPublicUrl(context);
  const address = readAddress(context, publicUrl);
  const tenants = addTenantPolicies(context, readTenants(context));
  checkTenants(tenants, address.host, publicUrl);
  const { secretsKey } = resolved.values;
  const oidc = readOidcSetting(context, tenants);
  const ciRoles = readCiRoles(context, tenants);
  const { folder, database, maxAgeDays, download } = await chooseDirectories(context);
  const server = await serveStore({
    folder,
    database,
    maxAgeDays,
    ...defined({
      databaseUrl: parseDatabaseUrl(context),
      bucket: readDocumentBucket(resolved.values, context.environment),
      download,
      policy: readFleetPolicy(context),
      publicUrl,
      health: readHealthAddress(context),
      oidc,
      mail: readMailSetting(context),
      secretsKey: secretsKey === undefined ? undefined : readSecretsKey(secretsKey),
      requestsEachMinute: resolved.values.rateLimit,
      onRequest: log.onRequest,
    }),
    tenants,
    ciRoles,
    ...address,
    ...createCacheOptions(context),
    allowedHosts: resolved.values.allowHost,
    trust: await readDocumentTrust(context),
    getTime: Date.now,
    onUpdate: ({ revision, matched, opened, closed }, tenant) =>
      log.notify(
        `revision ${revision}: ${formatCount(matched, 'component')} matched again, ${formatCount(opened, 'match', 'matches')} opened, ${closed} closed`,
        tenant,
      ),
    onProblem: log.onProblem,
    onMessage: (message) => log.notify(message),
  });
  resources.defer(() => server.removeAddresses());
  if (resolved.values.sample) {
    const { pushSamples } = await import('../serve-sample.ts');
    await pushSamples(folder, context);
  }
  context.print(describeServer(server, resolved.values.oidc === undefined));
  if (server.healthUrl !== undefined) {
    log.notify(`health checks and metrics on ${server.healthUrl}`);
  }
  if (resolved.values.sample) {
    log.notify(`3 sample images; for yours: plimsoll push TARGET --server-dir ${folder}`);
  }
  const stopped = Promise.withResolvers<void>();
  context.onSignal(stopped.resolve);
  try {
    await Promise.race([server.failed, stopped.promise]);
    log.notify('ending: requests in flight and the current job are finished');
    await server.drain();
    return EXIT_STATUS.fine;
  } finally {
    // Threads and timers would keep the process running.
    await server[Symbol.asyncDispose]();
  }
}

/** @throws UserError `E_USAGE` at once if a key or the trusted root is invalid */
async function readDocumentTrust(context: Context): Promise<DocumentTrust> {
  const { vexKey, limits } = context.resolved.values;
  const keys = vexKey.map((file) =>
    readVexKey(file, limits).export({ type: 'spki', format: 'pem' }),
  );
  const trust = { keys, ...defined({ keyless: readKeylessTrust(context) }) };
  await createDocumentTrust(trust);
  return trust;
}

/** People who have an identity provider do not need a secret in the output. */
function describeServer({ url, tenants }: RunningServer, hasLinks: boolean): string {
  const lines = tenants.flatMap(({ name, url: own, signInUrl }) => {
    const isUsual = name === DEFAULT_TENANT;
    return [
      ...(isUsual ? [] : [`tenant ${name}: ${own}`]),
      ...(hasLinks ? [`${isUsual ? '' : `tenant ${name}: `}sign in once: ${signInUrl}`] : []),
    ];
  });
  return [`listening on ${url}`, ...lines, ''].join('\n');
}

/** Advisories are only downloaded on request: a server may have no network. */
function readDownload(context: Context, folder: string): DownloadSetting | undefined {
  const { resolved, environment } = context;
  const { values, origins } = resolved;
  const isRequested = origins.dbAutoUpdate !== 'default' || values.dbUrl.length > 0;
  if (!isRequested || !values.dbAutoUpdate) {
    return undefined;
  }
  const { dbMaxAge: maxAgeDays, dbDigest } = values;
  const refresh = createRefreshRequest(values);
  return {
    database: { folder, refresh, maxAgeDays, ...defined({ archiveDigest: dbDigest }) },
    network: createNetworkOptions(values),
    environment: { ...environment },
  };
}

/** The samples have a store of their own, so that they are never mixed with other images. */
async function chooseDirectories(context: Context) {
  const { values } = context.resolved;
  const folder = getServerDirectory(values, context.environment);
  if (values.sample) {
    const { prepareSampleDatabase, SAMPLE_AGE_DAYS_MAX } = await import('../serve-sample.ts');
    const sample = join(folder, 'sample');
    const database = await prepareSampleDatabase(sample);
    return { folder: sample, database, maxAgeDays: SAMPLE_AGE_DAYS_MAX, download: undefined };
  }
  const database = getDatabaseDirectory(values, context.environment);
  const download = readDownload(context, database);
  if (!hasDatabase(database) && download !== undefined) {
    const alerts = await refreshDatabase(download.database, createPorts(context));
    alerts.forEach(({ message }) => context.notify(message));
  }
  if (!hasDatabase(database)) {
    throw createMissingDatabaseError(context);
  }
  return { folder, database, maxAgeDays: values.dbMaxAge, download };
}

const POSTGRESQL_URL = /^postgres(?:ql)?:\/\//;

export function parseDatabaseUrl({ resolved }: Context): string | undefined {
  const { database, sample } = resolved.values;
  if (database !== undefined && sample) {
    throw new UserError('E_USAGE', '--database cannot be combined with --sample', {
      hint: 'omit one of them: the samples are stored in SQLite',
    });
  }
  if (database !== undefined && !POSTGRESQL_URL.test(database)) {
    throw new UserError('E_USAGE', 'invalid value for --database: expected a URL of PostgreSQL', {
      hint: 'name one, for example: --database postgres://plimsoll@db.example/plimsoll',
    });
  }
  return database;
}

interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

function parseAddress(text: string): ListenAddress | undefined {
  const [, host = '', port = ''] = ADDRESS.exec(text) ?? [];
  return host === '' || Number(port) > PORT_MAX ? undefined : { host, port: Number(port) };
}

/** Without TLS, tokens must not leave the machine: other addresses need a proxy with TLS. */
function readAddress({ resolved }: Context, publicUrl: URL | undefined): ListenAddress {
  const text = resolved.values.listen ?? DEFAULT_ADDRESS;
  const address = parseAddress(text);
  const isSafe =
    address !== undefined && (isLoopbackHost(address.host) || publicUrl?.protocol === 'https:');
  if (!isSafe) {
    throw new UserError(
      'E_USAGE',
      `invalid value "${text}" for --listen: expected a loopback address`,
      {
        hint: 'for other addresses, name the address of your proxy with TLS: --public-url https://plimsoll.example.org',
      },
    );
  }
  return address;
}

function readPublicUrl({ resolved }: Context): URL | undefined {
  const { publicUrl } = resolved.values;
  if (publicUrl === undefined) {
    return undefined;
  }
  const url = parsePublicUrl(publicUrl);
  if (url === undefined) {
    throw new UserError(
      'E_USAGE',
      `invalid value "${publicUrl}" for --public-url: expected HTTPS`,
      {
        hint: 'name an address without a path, for example: --public-url https://plimsoll.example.org',
      },
    );
  }
  return url;
}

/** Health checks have numbers only, so any address is safe. */
function readHealthAddress({ resolved }: Context): ListenAddress | undefined {
  const { healthListen } = resolved.values;
  if (healthListen === undefined) {
    return undefined;
  }
  const address = parseAddress(healthListen);
  if (address === undefined) {
    throw new UserError(
      'E_USAGE',
      `invalid value "${healthListen}" for --health-listen: expected HOST:PORT`,
      { hint: 'for example: --health-listen 127.0.0.1:7448' },
    );
  }
  return address;
}
