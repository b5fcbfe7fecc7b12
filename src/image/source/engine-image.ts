import { UserError } from '../../foundation/core/error.ts';
import type { OpenOptions, OpenTarget } from '../../foundation/core/target.ts';
import type { HttpClient } from '../../foundation/http/http-client.ts';
import { findHttpFault, type HttpFault } from '../../foundation/http/http-fault.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { parseJson } from '../../foundation/syntax/json/parse-json.ts';
import { createHttpClient } from './create-http-client.ts';
import { openDockerImage } from './docker-image.ts';
import { receiveImageArchive } from './image-archive.ts';
import { createOfflineError } from './offline.ts';

/** A container engine that serves Docker's API on a unix socket. */
export interface Engine {
  /** Product name: `Docker`. */
  readonly title: string;
  readonly socketPath: string;
  /** A hint how to start the service that creates the socket. */
  readonly startHint: string;
  /** A hint how to get access to the socket. */
  readonly accessHint: string;
}

const USER_AGENT = 'plimsoll';
const MESSAGE_CHARS_MAX = 500;
/** No host is resolved: the connection always uses the socket. */
const API = 'http://localhost';
const IMAGE_NAME = /^[\w][\w.:@/-]{0,511}$/;
const IMAGE_ID = /^(?:sha256:)?[0-9a-f]{12,64}$/;

/**
 * Requests that an engine saves an image, and opens the response as a docker archive in a temporary
 * file. Docker Engine API, "ImageInspect" and "ImageGet"; Podman serves the same.
 *
 * @throws UserError `E_OFFLINE`; `E_TARGET_UNREADABLE` if no engine responds; `E_UNAUTHORIZED` if
 *   the user has no permission; `E_TARGET_UNKNOWN` if it has no such image
 */
export async function openEngineImage(
  engine: Engine,
  target: string,
  options: OpenOptions,
): Promise<OpenTarget> {
  if (!IMAGE_NAME.test(target)) {
    throw new UserError('E_TARGET_UNKNOWN', `invalid image name "${target}"`, {
      hint: 'use an image name as for the pull command, or an image id',
    });
  }
  if (options.network?.isOffline === true) {
    throw createOfflineError(`the image ${target} is in ${engine.title}`);
  }
  const { limits, progress } = options;
  const name = withTag(target);
  using http = await createHttpClient({
    limits: { ...limits, httpIdleMsMax: limits.engineIdleMsMax },
    socketPath: engine.socketPath,
    userAgent: USER_AGENT,
  });
  progress.emit({ kind: 'stage-started', stage: 'load', detail: target });
  const found = await inspect(http, engine, { name, limits });
  const saved = await requestEngine(http, engine, `/images/${name}/get`);
  const archiveName = `the image ${target} from ${engine.title}`;
  const archive = await receiveImageArchive(archiveName, saved.body, options);
  const opened = await openDockerImage(archive, {
    archiveName,
    target,
    repoDigests: found.repoDigests,
    options,
  });
  progress.emit({ kind: 'stage-finished', stage: 'load', detail: found.id });
  return opened;
}

/** Without a tag, an engine would save every image of that name. */
function withTag(target: string): string {
  const hasSelector = target.includes('@') || target.lastIndexOf(':') > target.lastIndexOf('/');
  return hasSelector || IMAGE_ID.test(target) ? target : `${target}:latest`;
}

interface Inspection {
  readonly id: string;
  readonly repoDigests: readonly string[];
}

async function inspect(
  http: HttpClient,
  engine: Engine,
  { name, limits }: { readonly name: string; readonly limits: OpenOptions['limits'] },
): Promise<Inspection> {
  const response = await requestEngine(http, engine, `/images/${name}/json`);
  const bytes = await http.readBody(response, limits.httpAnswerBytesMax);
  const document = parseJson(Buffer.from(bytes).toString('utf8'));
  const { Id: id, RepoDigests: digests } = isRecord(document) ? document : {};
  if (typeof id !== 'string') {
    throw new UserError('E_TARGET_UNREADABLE', `unexpected response from ${engine.title}`, {
      hint: `check that ${engine.title} listens on ${engine.socketPath}`,
    });
  }
  const listed: readonly unknown[] = Array.isArray(digests) ? digests : [];
  return { id, repoDigests: listed.filter((digest) => typeof digest === 'string') };
}

async function requestEngine(http: HttpClient, engine: Engine, path: string) {
  const response = await http
    .send({ url: new URL(path, API), triesMax: 1 })
    .catch((error: unknown) => {
      const fault = findHttpFault(error);
      throw fault === undefined ? error : createUnansweredError(engine, fault);
    });
  if (response.status === 200) {
    return response;
  }
  const bytes = await http.readBody(response, ANSWER_BYTES_MAX).catch(() => new Uint8Array());
  const answer = parseJson(Buffer.from(bytes).toString('utf8'));
  const reported =
    isRecord(answer) && typeof answer['message'] === 'string' ? answer['message'] : '';
  const reason = `${engine.title} returned ${response.status}: ${reported.slice(0, MESSAGE_CHARS_MAX)}`;
  if (response.status === 404) {
    throw new UserError('E_TARGET_UNKNOWN', reason, {
      hint: 'check the spelling, or name another source, such as registry:NAME',
    });
  }
  throw new UserError('E_TARGET_UNREADABLE', reason);
}

const ANSWER_BYTES_MAX = 64 * 1024;

function createUnansweredError(engine: Engine, fault: HttpFault): UserError {
  const { title, socketPath, startHint, accessHint } = engine;
  switch (fault.code) {
    case 'EACCES':
    case 'EPERM':
      return new UserError('E_UNAUTHORIZED', `permission denied for ${title} at ${socketPath}`, {
        hint: accessHint,
        cause: fault,
      });
    case 'ENOENT':
    case 'ENOTSOCK':
    case 'ECONNREFUSED':
      return new UserError('E_TARGET_UNREADABLE', `${title} is not running at ${socketPath}`, {
        hint: startHint,
        cause: fault,
      });
    default:
      return new UserError(
        'E_TARGET_UNREADABLE',
        `${title} at ${socketPath} does not respond: ${fault.message}`,
        { cause: fault },
      );
  }
}
