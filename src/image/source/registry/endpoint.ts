import { UserError } from '../../../foundation/core/error.ts';
import {
  isRegistry,
  isRepository,
  type Reference,
  toApiHost,
} from '../../../foundation/identity/image-reference.ts';

/** A server that may have an image. */
export interface Endpoint {
  /** The name under which logins are stored. */
  readonly registry: string;
  /** The host of the API. */
  readonly host: string;
  /** The name of the repository on this server; empty for the list of its repositories. */
  readonly repository: string;
}

/**
 * Returns the mirrors in the given order, then the registry itself.
 *
 * @param mirrors each `registry=mirror[/path]`
 * @throws UserError `E_CONFIG` if one does not have that form
 */
export function listEndpoints(
  { registry, repository }: Reference,
  mirrors: readonly string[],
): Endpoint[] {
  const parsed = mirrors.map(parseMirror);
  return [
    ...parsed
      .filter((mirror) => mirror.of === registry)
      .map(({ host, path }) => ({
        registry: host,
        host: toApiHost(host),
        repository: path === '' ? repository : `${path}/${repository}`,
      })),
    { registry, host: toApiHost(registry), repository },
  ];
}

interface Mirror {
  readonly of: string;
  readonly host: string;
  readonly path: string;
}

/** The text is not part of the message, because it may hold a misplaced password. */
function parseMirror(text: string, index: number): Mirror {
  const [of = '', mirror = '', ...more] = text.toLowerCase().split('=');
  const [host = '', ...parts] = mirror.split('/');
  const path = parts.join('/');
  const isWellFormed =
    more.length === 0 && isRegistry(of) && isRegistry(host) && (path === '' || isRepository(path));
  if (!isWellFormed) {
    const message = `invalid registry mirror number ${index + 1}: expected HOST=MIRROR`;
    throw new UserError('E_CONFIG', message, {
      hint: 'write, for example: docker.io=mirror.example.com:5000, without a scheme and credentials',
    });
  }
  return { of, host, path };
}
