import { createHash } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** A registry in memory that takes uploads with a token for them. */
export interface WritableRegistry {
  readonly blobs: Map<string, Buffer>;
  /** Manifests by digest and by tag, with their media types. */
  readonly manifests: Map<string, { readonly bytes: Buffer; readonly mediaType: string }>;
  /** Whether it lists referrers itself. */
  hasReferrers: boolean;
  readonly listener: RequestListener;
}

const TOKEN = 'may-push';

export function createWritableRegistry(): WritableRegistry {
  const registry: WritableRegistry = {
    blobs: new Map(),
    manifests: new Map(),
    hasReferrers: false,
    listener: (request, response) => void answer(registry, request, response),
  };
  return registry;
}

async function answer(
  registry: WritableRegistry,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', headers } = request;
  const url = new URL(request.url ?? '', `http://${headers.host}`);
  const body = await readBody(request);
  if (url.pathname === '/token') {
    const isPush = url.searchParams.get('scope')?.endsWith(':pull,push') === true;
    response.end(JSON.stringify({ token: isPush ? TOKEN : 'may-pull' }));
    return;
  }
  const isWriting = method !== 'GET' || url.pathname.includes('uploads');
  if (isWriting && headers.authorization !== `Bearer ${TOKEN}`) {
    const challenge = `Bearer realm="http://${headers.host}/token",service="s"`;
    response.writeHead(401, { 'www-authenticate': challenge }).end();
    return;
  }
  const [, kind = '', name = ''] =
    /^\/v2\/app\/(manifests|blobs\/uploads|blobs|referrers)\/(.*)$/.exec(url.pathname) ?? [];
  if (kind === 'blobs/uploads') {
    upload(registry, { method, url, body }, response);
  } else if (kind === 'referrers') {
    listReferrers(registry, name, response);
  } else if (kind === 'manifests' && method === 'PUT') {
    addManifest(registry, name, { body, mediaType: headers['content-type'] ?? '' }, response);
  } else {
    const manifest = registry.manifests.get(name);
    const content = kind === 'manifests' ? manifest?.bytes : registry.blobs.get(name);
    const type = manifest?.mediaType ?? 'application/octet-stream';
    response.writeHead(content === undefined && url.pathname !== '/v2/' ? 404 : 200, {
      'content-type': type,
    });
    response.end(method === 'HEAD' ? undefined : content);
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of request) pieces.push(piece as Uint8Array);
  return Buffer.concat(pieces);
}

function digestBytes(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

interface Upload {
  readonly method: string;
  readonly url: URL;
  readonly body: Buffer;
}

function upload(
  { blobs }: WritableRegistry,
  { method, url, body }: Upload,
  response: ServerResponse,
): void {
  if (method === 'POST') {
    response.writeHead(202, { location: '/v2/app/blobs/uploads/1?state=x' }).end();
    return;
  }
  const digest = url.searchParams.get('digest') ?? '';
  const isRight = digest === digestBytes(body) && url.searchParams.get('state') === 'x';
  if (isRight) blobs.set(digest, body);
  response.writeHead(isRight ? 201 : 400).end();
}

function addManifest(
  { manifests, hasReferrers }: WritableRegistry,
  name: string,
  { body, mediaType }: { readonly body: Buffer; readonly mediaType: string },
  response: ServerResponse,
): void {
  const { subject } = JSON.parse(body.toString('utf8')) as { subject?: { digest: string } };
  manifests.set(name, { bytes: body, mediaType });
  const isListed = hasReferrers && subject !== undefined;
  response.writeHead(201, isListed ? { 'oci-subject': subject.digest } : {}).end();
}

function listReferrers(
  { manifests, hasReferrers }: WritableRegistry,
  digest: string,
  response: ServerResponse,
): void {
  if (!hasReferrers) {
    response.writeHead(404).end();
    return;
  }
  const found = [...manifests].filter(
    ([name, { bytes }]) => name.includes(':') && bytes.includes(`"digest":"${digest}"`),
  );
  const entries = found
    .filter(([name]) => name !== digest)
    .map(([name, { bytes, mediaType }]) => ({ mediaType, digest: name, size: bytes.length }));
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  response.writeHead(200, { 'content-type': mediaType });
  response.end(JSON.stringify({ schemaVersion: 2, mediaType, manifests: entries }));
}
