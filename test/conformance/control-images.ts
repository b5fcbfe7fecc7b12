import { createHash } from 'node:crypto';
import { FixtureLayout } from '../../src/foundation/bytes/oci/image.fixture.ts';
import {
  createPaxHeader,
  createTar,
  type FixtureEntry,
} from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { createTinyElf } from '../support/tiny-elf.ts';

/** Parts of an image that mutations change. */
export interface ImageParts {
  readonly entries: readonly FixtureEntry[];
  /** Further layers, each with its entries. */
  readonly layers: readonly (readonly FixtureEntry[])[];
  readonly process: Readonly<Record<string, unknown>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly created: string | undefined;
  readonly history: readonly object[];
}

export const NOW = '2026-11-24T00:00:00Z';
export const APP = createTinyElf({});

function toChecksum(content: Uint8Array): string {
  return `Q1${createHash('sha1').update(content).digest('base64')}`;
}

/** The record of apk: a package with one executable, and the version that no advisory is about. */
export function createRecord(
  version = '1.1.24-r3',
  content: Uint8Array = APP,
  license = 'MIT',
): FixtureEntry {
  const files = `F:usr\nF:usr/bin\nR:app\na:0:0:755\nZ:${toChecksum(content)}\n`;
  const packages = [`P:musl\nV:${version}\nA:x86_64\nL:${license}\n${files}`];
  return { name: 'lib/apk/db/installed', content: `${packages.join('\n')}\n` };
}

export function createModule(text: object): FixtureEntry {
  return { name: 'usr/lib/node_modules/right-pad/package.json', content: JSON.stringify(text) };
}

export const PASSWD = 'root:x:0:0:root:/root:/sbin/nologin\napp:x:10001:10001::/:/sbin/nologin\n';
export const SHADOW = 'root:!:19000:0:::::\napp:!:19000:0:::::\n';

function createFolder(name: string): FixtureEntry {
  return { name, typeFlag: '5', mode: 0o755 };
}

/** An image that passes every automatic control, with the documents beside it. */
export const GOOD: ImageParts = {
  entries: [
    ...['etc/', 'usr/', 'usr/bin/', 'lib/', 'opt/'].map((name) => createFolder(name)),
    { name: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.10.1\n' },
    { name: 'etc/passwd', content: PASSWD },
    { name: 'etc/shadow', content: SHADOW, mode: 0o600 },
    createRecord(),
    createModule({ name: 'right-pad', version: '2.0.0', license: 'MIT' }),
    { name: 'usr/bin/app', content: APP, mode: 0o755 },
  ],
  layers: [],
  process: {
    User: '10001:10001',
    Healthcheck: { Test: ['CMD', '/usr/bin/app', '--health'] },
    Env: ['PATH=/usr/bin'],
    Entrypoint: ['/usr/bin/app'],
  },
  labels: {
    'org.opencontainers.image.base.name': 'registry1.dso.mil/ironbank/alpine:3.10',
  },
  created: '2026-11-20T00:00:00Z',
  history: [{ created: '2026-11-20T00:00:00Z', created_by: 'COPY rootfs / # buildkit' }],
};

/** Returns the archive of an image in the OCI layout, and the digest of its manifest. */
export function packImage(parts: ImageParts): { readonly bytes: Buffer; readonly digest: string } {
  const layout = new FixtureLayout();
  const descriptor = layout.addImage({
    layers: [parts.entries, ...parts.layers].map((entries) => createTar(entries)),
    labels: parts.labels,
    process: parts.process,
    history: parts.history,
    ...(parts.created === undefined ? {} : { created: parts.created }),
  });
  const annotations = { 'org.opencontainers.image.ref.name': 'app:1' };
  return {
    bytes: createTar(layout.listEntries([{ ...descriptor, annotations }])),
    digest: descriptor.digest,
  };
}

export function addEntries(...entries: readonly FixtureEntry[]): ImageParts {
  return { ...GOOD, entries: [...GOOD.entries, ...entries] };
}

/** Replaces the entries of the same names. */
export function replaceEntries(...entries: readonly FixtureEntry[]): ImageParts {
  const names = new Set(entries.map(({ name }) => name));
  return {
    ...GOOD,
    entries: [...GOOD.entries.filter(({ name }) => !names.has(name)), ...entries],
  };
}

/** Adds an instruction with a layer. */
export function addInstruction(created_by: string): ImageParts {
  const created = '2026-11-20T00:00:00Z';
  return {
    ...GOOD,
    layers: [[{ name: 'opt/more', content: created_by }]],
    history: [...GOOD.history, { created, created_by }],
  };
}

/** A file with a capability, as the kernel stores it: cap_net_raw+ep. capabilities(7). */
export function addCapability(): ImageParts {
  const value = Buffer.from([1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const records = { 'SCHILY.xattr.security.capability': value.toString('latin1') };
  const entries = GOOD.entries.flatMap((entry) =>
    entry.name === 'usr/bin/app' ? [createPaxHeader(records), entry] : [entry],
  );
  return { ...GOOD, entries };
}
