/**
 * Serves archives of npm packages on the loopback, as a registry does, until its input ends.
 *
 * node tools/release/npm-registry.ts ARCHIVE...
 *
 * Prints its address. `npx` can then be measured as users run it, without a network.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { runTool } from './node-binary.ts';

interface Served {
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly archive: Buffer;
}

function readArchive(path: string): readonly [string, Served] {
  const text = runTool('tar', ['-xzOf', path, 'package/package.json']);
  const manifest = JSON.parse(text) as Served['manifest'];
  return [String(manifest['name']), { manifest, archive: readFileSync(path) }];
}

/** The document that npm reads before it downloads a package. */
function createDocument(name: string, { manifest, archive }: Served, address: string): string {
  const version = String(manifest['version']);
  const digest = createHash('sha512').update(archive).digest('base64');
  const dist = { tarball: `${address}/${name}/-/archive.tgz`, integrity: `sha512-${digest}` };
  return JSON.stringify({
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, dist } },
  });
}

const packages = new Map(process.argv.slice(2).map(readArchive));
const server = createServer((request, response) => {
  const address = `http://${request.headers.host}`;
  const [name = '', file] = decodeURIComponent(request.url ?? '')
    .slice(1)
    .split('/-/');
  const served = packages.get(name);
  if (served === undefined) {
    response.writeHead(404).end('{}');
  } else if (file === undefined) {
    const headers = { 'content-type': 'application/json', 'cache-control': 'max-age=300' };
    response.writeHead(200, headers).end(createDocument(name, served, address));
  } else {
    response.writeHead(200, { 'cache-control': 'max-age=31557600' }).end(served.archive);
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
process.stdin.resume().on('end', () => process.exit());
