import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../../foundation/core/error.ts';
import { isRecord } from '../../../../foundation/syntax/json/guard.ts';
import { runHelper } from './helper.ts';
import type { Credentials, Environment, Login } from './login.ts';

/**
 * Returns the user's login for exactly this registry, or for a part of it that contains the
 * repository.
 */
export type FindLogin = (registry: string, repository: string) => Promise<Login>;

type JsonRecord = Readonly<Record<string, unknown>>;

const AUTH_FILE_BYTES_MAX = 1024 * 1024;
const DOCKER_HUB = 'docker.io';
const DOCKER_HUB_SERVER = 'https://index.docker.io/v1/';

/**
 * Reads the login files of Podman and Docker, in that order, for exactly this host and port.
 * containers-auth.json(5); Docker CLI, "Configuration files".
 *
 * @param environment `REGISTRY_AUTH_FILE`, `XDG_RUNTIME_DIR`, `XDG_CONFIG_HOME`, `DOCKER_CONFIG`,
 *   `HOME`, and the variables for credential helpers
 */
export function createLoginFinder(environment: Environment): FindLogin {
  return async (registry, repository) => {
    let failure: string | undefined;
    for (const path of listAuthFilePaths(environment)) {
      const file = await readAuthFile(path);
      const login = await lookUp(file, { registry, repository }, environment);
      if (login.credentials !== undefined) {
        return login;
      }
      failure ??= login.failure;
    }
    return failure === undefined ? {} : { failure };
  };
}

function listAuthFilePaths(environment: Environment): string[] {
  const { HOME, DOCKER_CONFIG, REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, XDG_CONFIG_HOME } = environment;
  return [
    REGISTRY_AUTH_FILE,
    XDG_RUNTIME_DIR && join(XDG_RUNTIME_DIR, 'containers', 'auth.json'),
    (XDG_CONFIG_HOME || HOME) &&
      join(XDG_CONFIG_HOME || join(HOME ?? '', '.config'), 'containers', 'auth.json'),
    (DOCKER_CONFIG || HOME) && join(DOCKER_CONFIG || join(HOME ?? '', '.docker'), 'config.json'),
  ].filter((path): path is string => path !== undefined && path !== '');
}

async function readAuthFile(path: string): Promise<JsonRecord> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    // A missing or inaccessible login file is the normal case for anonymous users.
    return {};
  }
  try {
    const parsed: unknown = text.length <= AUTH_FILE_BYTES_MAX ? JSON.parse(text) : undefined;
    if (isRecord(parsed)) {
      return parsed;
    }
  } catch {
    // The parser's own message would quote the file, which holds secrets.
  }
  throw new UserError('E_CONFIG', `the login file "${path}" is not a JSON object`, {
    hint: 'repair the file, or log in again',
  });
}

interface Place {
  readonly registry: string;
  readonly repository: string;
}

async function lookUp(file: JsonRecord, place: Place, environment: Environment): Promise<Login> {
  const server = place.registry === DOCKER_HUB ? DOCKER_HUB_SERVER : place.registry;
  const helpers = getRecord(file['credHelpers']);
  const own = [server, place.registry].map((key) => helpers[key]).find(isText);
  let failure: string | undefined;
  for (const name of [own, file['credsStore']]) {
    if (isText(name)) {
      const login = await runHelper(name, server, { environment });
      if (login.credentials !== undefined) {
        return login;
      }
      failure ??= login.failure;
    }
  }
  const auths = getRecord(file['auths']);
  for (const key of listKeys(place)) {
    const credentials = listCredentials(getRecord(auths[key]));
    if (credentials !== undefined) {
      return { credentials };
    }
  }
  return failure === undefined ? {} : { failure };
}

/**
 * Keys under which a login may be stored, most specific first: Podman supports logins for a part of
 * a registry, and old versions of Docker stored URLs.
 */
function listKeys({ registry, repository }: Place): string[] {
  const parts = repository.split('/');
  const particular = parts.map((_, index) =>
    [registry, ...parts.slice(0, parts.length - index)].join('/'),
  );
  const hosts = registry === DOCKER_HUB ? [registry, 'index.docker.io'] : [registry];
  const addresses = hosts.flatMap((host) =>
    ['', '/', '/v1/', '/v2/'].map((path) => `https://${host}${path}`),
  );
  return [...particular, ...hosts, ...addresses];
}

function listCredentials(entry: JsonRecord): Credentials | undefined {
  const { registrytoken, identitytoken, auth, username, password } = entry;
  if (isText(registrytoken)) {
    return { kind: 'registry-token', token: registrytoken };
  }
  if (isText(identitytoken)) {
    return { kind: 'identity-token', token: identitytoken };
  }
  const decoded = isText(auth) ? Buffer.from(auth, 'base64').toString('utf8') : '';
  const colon = decoded.indexOf(':');
  const user = colon < 0 ? username : decoded.slice(0, colon);
  const secret = colon < 0 ? password : decoded.slice(colon + 1).replaceAll('\0', '');
  return isText(user) && isText(secret) ? { kind: 'password', user, secret } : undefined;
}

function getRecord(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
