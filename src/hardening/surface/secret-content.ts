import { readText } from '../../foundation/core/bytes.ts';
import type { Extraction, Extractor, WantedFile } from '../../foundation/core/cataloger.ts';
import { PUBLIC_FOLDERS } from './program.data.ts';
import { detectSecretKinds } from './secret-kinds.ts';

/** Kinds of secrets in a completely read file; never the secrets. */
export type SecretContent = readonly string[];

/**
 * Searches the files in which secrets are commonly left: by name, settings files, and files that
 * begin like a key.
 */
export const secretContent: Extractor<SecretContent> = {
  id: 'surface-secret',
  version: 1,
  wants: [
    {
      role: 'named',
      paths: [
        '**/id_rsa',
        '**/id_dsa',
        '**/id_ecdsa',
        '**/id_ed25519',
        '**/*.pem',
        '**/*.key',
        '**/*.p12',
        '**/*.pfx',
        '**/*.jks',
        '**/*.keystore',
        '**/.env',
        '**/.env.*',
        '**/credentials',
        '**/.boto',
        '**/application_default_credentials.json',
        '**/.dockercfg',
        '**/.docker/config.json',
        '**/.npmrc',
        '**/.pypirc',
        '**/.netrc',
        '**/.git-credentials',
      ],
      maxBytes: 'reachTextBytesMax',
      isHeadOnly: true,
    },
    {
      role: 'settings',
      paths: [
        '**/*.env',
        '**/*.ini',
        '**/*.conf',
        '**/*.cfg',
        '**/*.properties',
        '**/*.toml',
        '**/*.yml',
        '**/*.yaml',
        '**/*.json',
      ],
      maxBytes: 'reachTextBytesMax',
      isHeadOnly: true,
    },
    {
      role: 'key',
      magic: [{ offset: 0, bytes: Buffer.from('-----BEGIN ', 'latin1') }],
      maxBytes: 'reachTextBytesMax',
      isHeadOnly: true,
    },
  ],
  extract,
};

/** Third-party code, with settings and keys for its tests. */
const FOREIGN = /\/(?:node_modules|site-packages|dist-packages|vendor|gems|testdata|testing)\//;

function extract({ path, role, content, sizeBytes }: WantedFile): Extraction<SecretContent> {
  if (PUBLIC_FOLDERS.test(path) || (role !== 'named' && FOREIGN.test(path))) {
    return {};
  }
  const kinds = isKeyStore(content.read(0, STORE_HEAD_BYTES))
    ? ['key store']
    : detectKinds(readText(content), /\/\.env(?:\.[^/]*)?$/.test(path));
  const isSilent = kinds?.length === 0 && (role !== 'named' || sizeBytes > content.sizeBytes);
  return kinds === undefined || isSilent ? {} : { fact: kinds };
}

/** Returns `undefined` for content that is not text, since nothing is known about it. */
function detectKinds(text: string, isSettings: boolean): SecretContent | undefined {
  return text.includes('\0') ? undefined : detectSecretKinds(text, { isSettings });
}

const STORE_HEAD_BYTES = 7;
/**
 * First bytes of key stores: `JKS` and `JCEKS` of Java, and PKCS #12 (the sequence and the version,
 * RFC 7292).
 */
const JAVA_STORE = /^(?:feedfeed|cececece)/;
const PKCS_12 = /^3082....020103$/;

function isKeyStore(head: Uint8Array): boolean {
  const digits = Buffer.from(head).toString('hex');
  return JAVA_STORE.test(digits) || PKCS_12.test(digits);
}
