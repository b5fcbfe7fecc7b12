import { getBaseName } from '../../../../foundation/core/base-name.ts';
import type { Witness } from '../../../../foundation/core/reach.ts';
import { getElfWords, type PlacedText } from '../../elf-words.ts';
import { isFolder } from '../../folder-index.ts';
import { ownWitness } from '../../own-witness.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { expandPattern } from '../../shell-pattern.ts';

/** TLS libraries; if one is linked into a program, it is found by the names it contains. */
const LIBRARIES =
  /^lib(?:crypto|ssl|gnutls|nss3|mbedtls|mbedcrypto|wolfssl|tls|curl|boringssl)[-.]/;
const SIGNS = /^\/(?:etc\/(?:ssl|pki)|usr\/(?:lib|local)\/ssl)\//;

const DATA = [
  '/etc/ssl/openssl.cnf',
  '/usr/lib/ssl/openssl.cnf',
  '/usr/lib/ssl/*.cnf',
  '/etc/ssl/*.cnf',
  '/etc/ssl/*.pem',
  '/etc/ssl/certs/*',
  '/usr/lib/ssl/*.pem',
  '/usr/lib/ssl/certs/*',
  '/usr/share/ca-certificates/*/*',
  '/usr/local/share/ca-certificates/*',
  '/etc/pki/tls/openssl.cnf',
  '/etc/pki/tls/*.pem',
  '/etc/pki/tls/certs/*',
  '/etc/pki/ca-trust/extracted/*/*',
  '/etc/crypto-policies/back-ends/*',
  '/usr/share/crypto-policies/*/*',
];

/** Without certificates of authorities, a program still connects but trusts no one. */
export const tlsData: ReachRule<never> = {
  id: 'tls-data',
  version: 1,
  title: 'a TLS library reads it',
  spec: 'openssl-env(7), SSL_CTX_load_verify_locations(3), update-ca-certificates(8)',
  wants: [],
  extract: () => ({}),
  findEdges,
};

function findEdges({ path }: ReachNode<never>, world: ReachWorld): readonly ReachEdge[] {
  const words = getElfWords(path, world);
  if (words === undefined) {
    return [];
  }
  const name = getBaseName(path);
  const literal = words.paths.find(([text]) => SIGNS.test(text));
  if (!LIBRARIES.test(name) && literal === undefined && !words.isStatic) {
    return [];
  }
  const witness = toWitness(path, literal, world);
  return listFiles(world).map((to) => ({ to, strength: 'data', witness }));
}

const known = new WeakMap<ReachWorld, readonly string[]>();

/** The files are the same for every library. */
function listFiles(world: ReachWorld): readonly string[] {
  const found = known.get(world) ?? findFiles(world);
  known.set(world, found);
  return found;
}

function findFiles(world: ReachWorld): readonly string[] {
  const { environment } = world.config;
  const named = ['SSL_CERT_FILE', 'OPENSSL_CONF', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE']
    .map((key) => environment.get(key))
    .filter((value) => value?.startsWith('/') === true);
  const folder = environment.get('SSL_CERT_DIR');
  return [...DATA, ...named, ...(folder?.startsWith('/') === true ? [`${folder}/*`] : [])]
    .flatMap((pattern) => expandPattern(pattern ?? '', world))
    .filter((to) => world.exists(to) && !isFolder(to, world));
}

function toWitness(path: string, literal: PlacedText | undefined, world: ReachWorld): Witness {
  const stem = LIBRARIES.exec(getBaseName(path))?.[0].slice(0, -1);
  if (literal !== undefined) {
    return { path, offset: literal[1], token: literal[0] };
  }
  return stem === undefined ? ownWitness(path, world) : { path, token: stem };
}
