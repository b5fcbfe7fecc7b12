import { spawn } from 'node:child_process';
import type { CredentialSources, Credentials } from './credentials.ts';

const HELPER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$/;
const HELPER_MS_MAX = 30_000;
const ANSWER_BYTES_MAX = 64 * 1024;
const TOKEN_USER = '<token>';
const PASSED_VARIABLES = ['PATH', 'HOME', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'] as const;
const PASSED_PREFIXES = ['AWS_', 'GOOGLE_', 'CLOUDSDK_', 'AZURE_'] as const;

/**
 * Asks a Docker credential helper. Its name from the configuration file becomes a program
 * `docker-credential-NAME` only where it is a plain word; no shell is started, and the time is
 * bounded. docker/docker-credential-helpers, "Development": `get` reads the server's address and
 * answers JSON.
 */
export async function askHelper(
  name: string,
  servers: readonly string[],
  environment: CredentialSources['environment'],
): Promise<Credentials | undefined> {
  if (!HELPER_NAME.test(name)) {
    return undefined;
  }
  for (const server of servers) {
    const answer = await run(`docker-credential-${name}`, server, passedOn(environment));
    const credentials = answer === undefined ? undefined : understand(answer);
    if (credentials !== undefined) {
      return credentials;
    }
  }
  return undefined;
}

function passedOn(environment: CredentialSources['environment']): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    const isPassed =
      PASSED_VARIABLES.some((known) => known === name) ||
      PASSED_PREFIXES.some((prefix) => name.startsWith(prefix));
    if (isPassed && value !== undefined) {
      passed[name] = value;
    }
  }
  return passed;
}

function run(
  program: string,
  input: string,
  environment: Record<string, string>,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, ['get'], {
      env: environment,
      shell: false,
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: HELPER_MS_MAX,
      killSignal: 'SIGKILL',
    });
    let answer = '';
    child.stdout.on('data', (piece: Buffer) => {
      answer += piece.toString('utf8');
      if (answer.length > ANSWER_BYTES_MAX) {
        child.kill('SIGKILL');
      }
    });
    child.stdin.on('error', () => undefined);
    child.on('error', () => resolve(undefined));
    child.on('close', (status) => resolve(status === 0 ? answer : undefined));
    child.stdin.end(input);
  });
}

function understand(answer: string): Credentials | undefined {
  try {
    const { Username: user, Secret: secret } = JSON.parse(answer) as Record<string, unknown>;
    if (typeof user !== 'string' || typeof secret !== 'string' || secret === '') {
      return undefined;
    }
    return user === TOKEN_USER
      ? { kind: 'identity-token', token: secret }
      : { kind: 'password', user, secret };
  } catch {
    // A helper that answers in prose has nothing for this server.
    return undefined;
  }
}
