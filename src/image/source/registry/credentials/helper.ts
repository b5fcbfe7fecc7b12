import { isAbsolute } from 'node:path';
import { UserError } from '../../../../foundation/core/error.ts';
import type { Credentials, Environment, Login } from './login.ts';

const HELPER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$/;
const HELPER_MS_MAX = 30_000;
const ANSWER_BYTES_MAX = 64 * 1024;
const TOKEN_USER = '<token>';
const PASSED_VARIABLES = new Set([
  'HOME',
  'USER',
  'XDG_RUNTIME_DIR',
  'XDG_CONFIG_HOME',
  'DBUS_SESSION_BUS_ADDRESS',
  'GNUPGHOME',
  'PASSWORD_STORE_DIR',
  'HTTPS_PROXY',
  'https_proxy',
  'NO_PROXY',
  'no_proxy',
]);
const PASSED_PREFIXES = ['AWS_', 'GOOGLE_', 'CLOUDSDK_', 'AZURE_'] as const;

/**
 * Runs a Docker credential helper for one server. Its name from the login file becomes the program
 * `docker-credential-NAME` only if it is a plain word; no shell is started, and the time is
 * bounded. docker/docker-credential-helpers, "Development": `get` reads the server's address and
 * returns JSON.
 *
 * @throws UserError `E_CONFIG` if the name is not a plain word
 */
export async function runHelper(
  name: string,
  server: string,
  options: { readonly environment: Environment; readonly msMax?: number },
): Promise<Login> {
  if (!HELPER_NAME.test(name)) {
    throw new UserError('E_CONFIG', 'invalid credential helper name in the login file', {
      hint: 'check credHelpers and credsStore; they contain the NAME of a program docker-credential-NAME',
    });
  }
  const { environment, msMax = HELPER_MS_MAX } = options;
  const program = `docker-credential-${name}`;
  const answer = await runCommand(program, server, {
    environment: selectVariables(environment),
    msMax,
  });
  if (answer.output === undefined) {
    return { failure: `${program} ${answer.fault}` };
  }
  const credentials = parseOutput(answer.output);
  return credentials === undefined ? {} : { credentials };
}

/**
 * Programs are searched in absolute directories only, never in the working directory, which may be
 * hostile.
 */
function selectVariables(environment: Environment): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    const isPassed =
      PASSED_VARIABLES.has(name) || PASSED_PREFIXES.some((prefix) => name.startsWith(prefix));
    if (isPassed && value !== undefined) {
      passed[name] = value;
    }
  }
  const folders = (environment['PATH'] ?? '').split(':').filter((folder) => isAbsolute(folder));
  return { ...passed, PATH: folders.join(':') };
}

interface RunOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly msMax: number;
}

type Answer = { readonly output: string } | { readonly output: undefined; readonly fault: string };

/**
 * A helper without a login exits with a status other than 0: that is a result without content. The
 * code that starts programs is loaded here, because hardly any run needs it and it would delay
 * every run.
 */
async function runCommand(program: string, input: string, options: RunOptions): Promise<Answer> {
  const { spawn } = await import('node:child_process');
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const child = spawn(program, ['get'], {
    env: options.environment,
    shell: false,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  const createHelperError = (fault: string) => {
    child.kill('SIGKILL');
    // A child of the helper may hold the pipe open for longer.
    child.stdout.destroy();
    child.unref();
    resolve({ output: undefined, fault });
  };
  const timer = setTimeout(
    () => createHelperError(`did not respond within ${options.msMax} ms`),
    options.msMax,
  );
  child.stdout.on('data', (piece: Buffer) => {
    pieces.push(piece);
    sizeBytes += piece.length;
    if (sizeBytes > ANSWER_BYTES_MAX) {
      createHelperError(`returned more than ${ANSWER_BYTES_MAX} bytes`);
    }
  });
  child.stdin.on('error', () => undefined);
  child.on('error', () => createHelperError('could not be run'));
  child.on('close', (status) =>
    resolve({ output: status === 0 ? Buffer.concat(pieces).toString('utf8') : '' }),
  );
  child.stdin.end(input);
  return promise.finally(() => clearTimeout(timer));
}

function parseOutput(answer: string): Credentials | undefined {
  try {
    const { Username: user, Secret: secret } = JSON.parse(answer) as Record<string, unknown>;
    if (typeof user !== 'string' || typeof secret !== 'string' || secret === '') {
      return undefined;
    }
    return user === TOKEN_USER
      ? { kind: 'identity-token', token: secret }
      : { kind: 'password', user, secret };
  } catch {
    // A helper that returns plain text has no login for this server.
    return undefined;
  }
}
