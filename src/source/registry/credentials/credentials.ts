import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../core/error.ts';
import { askHelper } from './helper.ts';

export type Credentials =
  | { readonly kind: 'password'; readonly user: string; readonly secret: string }
  /** An OAuth refresh token that the token service takes. */
  | { readonly kind: 'identity-token'; readonly token: string }
  /** A bearer token that the registry takes as it is. */
  | { readonly kind: 'registry-token'; readonly token: string };

/** What the user has for exactly this registry; `undefined` where there is nothing. */
export type FindCredentials = (registry: string) => Promise<Credentials | undefined>;

export interface CredentialSources {
  /** The process environment: `DOCKER_CONFIG`, `REGISTRY_AUTH_FILE`, `XDG_RUNTIME_DIR`, `HOME`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Given outright, for one registry. */
  readonly explicit?: { readonly registry: string; readonly credentials: Credentials };
}

interface AuthEntry {
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
}

interface AuthFile {
  readonly auths?: Readonly<Record<string, AuthEntry>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

const AUTH_FILE_BYTES_MAX = 1024 * 1024;
const DOCKER_HUB_KEYS = ['https://index.docker.io/v1/', 'index.docker.io', 'docker.io'] as const;

/**
 * Looks where Docker and Podman keep logins, in that order, for exactly this host and port.
 * containers-auth.json(5); Docker CLI, "Configuration files".
 */
export function credentialFinder(sources: CredentialSources): FindCredentials {
  return async (registry) => {
    if (sources.explicit?.registry === registry) {
      return sources.explicit.credentials;
    }
    for (const path of authFilePaths(sources.environment)) {
      const file = await readAuthFile(path);
      const found = file && (await lookUp(file, registry, sources.environment));
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  };
}

function authFilePaths(environment: CredentialSources['environment']): string[] {
  const { HOME, DOCKER_CONFIG, REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, XDG_CONFIG_HOME } = environment;
  const home = HOME ?? '';
  const config = XDG_CONFIG_HOME ?? (home === '' ? undefined : join(home, '.config'));
  return [
    REGISTRY_AUTH_FILE,
    XDG_RUNTIME_DIR && join(XDG_RUNTIME_DIR, 'containers', 'auth.json'),
    config && join(config, 'containers', 'auth.json'),
    DOCKER_CONFIG
      ? join(DOCKER_CONFIG, 'config.json')
      : home && join(home, '.docker', 'config.json'),
  ].filter((path): path is string => path !== undefined && path !== '');
}

async function readAuthFile(path: string): Promise<AuthFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    // A login file that is absent or not ours to read is the normal case of being anonymous.
    return undefined;
  }
  try {
    if (text.length <= AUTH_FILE_BYTES_MAX) {
      const parsed: unknown = JSON.parse(text);
      return typeof parsed === 'object' && parsed !== null ? (parsed as AuthFile) : undefined;
    }
  } catch {
    // The parser's own message would quote the file, which holds secrets.
  }
  throw new UserError('E_CONFIG', `the login file ${path} is not JSON`, {
    hint: 'repair it, or log in anew',
  });
}

async function lookUp(
  file: AuthFile,
  registry: string,
  environment: CredentialSources['environment'],
): Promise<Credentials | undefined> {
  const keys = keysOf(registry);
  const helper = keys.map((key) => file.credHelpers?.[key]).find((name) => name !== undefined);
  for (const name of [helper, file.credsStore]) {
    const found = name === undefined ? undefined : await askHelper(name, keys, environment);
    if (found !== undefined) {
      return found;
    }
  }
  const entry = keys.map((key) => file.auths?.[key]).find((found) => found !== undefined);
  return entry && credentialsOf(entry);
}

function keysOf(registry: string): string[] {
  return DOCKER_HUB_KEYS.some((key) => key === registry)
    ? [...DOCKER_HUB_KEYS]
    : [registry, `https://${registry}`, `https://${registry}/`];
}

function credentialsOf(entry: AuthEntry): Credentials | undefined {
  if (entry.registrytoken) {
    return { kind: 'registry-token', token: entry.registrytoken };
  }
  if (entry.identitytoken) {
    return { kind: 'identity-token', token: entry.identitytoken };
  }
  const decoded = Buffer.from(entry.auth ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  const user = colon < 0 ? entry.username : decoded.slice(0, colon);
  const secret = colon < 0 ? entry.password : decoded.slice(colon + 1).replaceAll('\0', '');
  return user && secret ? { kind: 'password', user, secret } : undefined;
}
