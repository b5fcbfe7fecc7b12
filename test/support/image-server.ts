import type { IncomingMessage, ServerResponse } from 'node:http';
import { FixtureLayout } from '../../src/foundation/bytes/oci/image.fixture.ts';
import { createTar } from '../../src/foundation/bytes/tar/tar.fixture.ts';

const OS_RELEASE = 'ID=alpine\nVERSION_ID=3.20.0\nNAME="Alpine Linux"\n';
const DATABASE = 'P:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\n\nP:zlib\nV:1.3.1-r1\nA:x86_64\nL:Zlib\n\n';

/** An image with one package of unique content, in the form that a registry stores. */
export interface ServedImage {
  readonly blobs: ReadonlyMap<string, Buffer>;
  readonly manifestDigest: string;
  readonly layerDigest: string;
}

export function createTinyImage(): ServedImage {
  const layout = new FixtureLayout();
  const layer = createTar([
    { name: 'etc/os-release', content: OS_RELEASE },
    { name: 'lib/apk/db/installed', content: DATABASE },
    { name: 'big', content: Buffer.alloc(300_000, 7) },
  ]);
  const { digest } = layout.addImage({ layers: [layer] });
  return { blobs: layout.blobs, manifestDigest: digest, layerDigest: layout.add(layer) };
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves one image under every repository and tag, without access control. */
export function serveImage({ blobs, manifestDigest }: ServedImage): Answer {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    if (pathname === '/v2/') {
      response.end('{}');
      return;
    }
    const [, kind, selector = ''] = /^\/v2\/.+\/(manifests|blobs)\/([^/]+)$/.exec(pathname) ?? [];
    const isTag = kind === 'manifests' && !selector.includes(':');
    const content = blobs.get(isTag ? manifestDigest : selector);
    if (kind === undefined || content === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"errors":[]}');
      return;
    }
    if (kind === 'manifests') {
      response.setHeader('content-type', 'application/vnd.oci.image.manifest.v1+json');
    }
    const start = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    if (start === undefined) {
      response.setHeader('content-length', content.length).end(content);
    } else {
      const range = `bytes ${start}-${content.length - 1}/${content.length}`;
      response.writeHead(206, { 'content-range': range }).end(content.subarray(Number(start)));
    }
  };
}
