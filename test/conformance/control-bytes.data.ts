/* Origin: our own. */

import { generateKeyPairSync } from 'node:crypto';
import type { FixtureEntry } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { createZip } from '../../src/foundation/bytes/zip/zip.fixture.ts';
import {
  APP,
  addCapability,
  addEntries,
  addInstruction,
  createModule,
  createRecord,
  GOOD,
  type ImageParts,
  PASSWD,
  replaceEntries,
  SHADOW,
} from './control-images.ts';

/** Documents beside an image that a run may lack. */
export const DOCUMENTS = [
  'advisories',
  'facts',
  'ledger',
  'results',
  'key',
  'statements',
  'baseline',
] as const;

export type DocumentName = (typeof DOCUMENTS)[number];

/** One change of the bytes of the image that passes, or of a document that is not in an image. */
export interface Mutation {
  readonly title: string;
  readonly image: ImageParts;
  /** Rules that it must let fire. */
  readonly rules: readonly string[];
  /** `true` if the image that passes is known as the base. */
  readonly isBaseKnown?: boolean;
  /** The document that is changed instead, if the rule is about that. */
  readonly document?:
    | 'old advisories'
    | 'older advisories'
    | 'found malware'
    | 'old scan'
    | 'no scan';
}

const { privateKey } = generateKeyPairSync('ed25519');
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' });

function addProgram(name: string): ImageParts {
  const content = Buffer.concat([APP, Buffer.from(name)]);
  return addEntries({ name: `usr/bin/${name}`, content, mode: 0o755 });
}

const JAR = createZip([
  {
    name: 'META-INF/MANIFEST.MF',
    content: 'Manifest-Version: 1.0\nImplementation-Title: tool\n\n',
  },
]);

const MANY: readonly (readonly FixtureEntry[])[] = Array.from({ length: 30 }, (_, index) => [
  { name: `opt/${index}`, content: String(index) },
]);

export const MUTATIONS: readonly Mutation[] = [
  {
    title: 'musl 1.1.20-r0, with a critical vulnerability that is exploited',
    image: replaceEntries(createRecord('1.1.20-r0')),
    rules: [
      'bod-26-04-overdue',
      'fedramp-kev-overdue',
      'high-fix-over-30-days',
      'exploited',
      'critical-with-fix',
      'fix-over-30-days',
      'cra-warning-overdue',
      'cra-notification-overdue',
      'cra-report-overdue',
      'open-finding',
      'fedramp-rev5-overdue',
      'fedramp-vdr-overdue',
      'evaluated-over-192-days',
      'pci-patch-overdue',
    ],
  },
  {
    title: 'musl 1.1.23-r0, with an unrated vulnerability that nobody evaluated',
    image: replaceEntries(createRecord('1.1.23-r0')),
    rules: [
      'exploitability-not-declared',
      'exposure-not-declared',
      'impact-not-declared',
      'fedramp-vdr-not-evaluated',
      'not-ranked',
      'unrated-finding',
    ],
  },
  {
    title: 'musl 1.1.22-r0, with a vulnerability of high severity that is due in days',
    image: replaceEntries(createRecord('1.1.22-r0')),
    rules: ['high-with-fix', 'bod-26-04-due-soon'],
  },
  {
    title: 'user root',
    image: { ...GOOD, process: { ...GOOD.process, User: 'root' } },
    rules: ['runs-as-root', 'user-without-number'],
  },
  {
    title: 'user app, by name',
    image: { ...GOOD, process: { ...GOOD.process, User: 'app' } },
    rules: ['user-without-number'],
  },
  {
    title: 'no health check',
    image: { ...GOOD, process: { ...GOOD.process, Healthcheck: undefined } },
    rules: ['no-health-check'],
  },
  {
    title: 'RUN apk update',
    image: addInstruction('RUN /bin/sh -c apk update'),
    rules: ['lone-update'],
    isBaseKnown: true,
  },
  {
    title: 'ADD in the history',
    image: addInstruction('ADD https://example.org/a.tar.gz /opt/ # buildkit'),
    rules: ['add-instruction'],
    isBaseKnown: true,
  },
  {
    title: 'a password in an instruction',
    image: addInstruction(
      'RUN /bin/sh -c curl -u admin:hunter2secret https://user:hunter2secret@example.org',
    ),
    rules: ['secret-in-instruction'],
  },
  {
    title: 'a password in a variable',
    image: {
      ...GOOD,
      process: { ...GOOD.process, Env: ['PATH=/usr/bin', 'DB_PASSWORD=hunter2secret'] },
    },
    rules: ['secret-in-variable'],
  },
  {
    title: 'a private key',
    image: addEntries({ name: 'opt/server.key', content: PEM, mode: 0o600 }),
    rules: ['secret-in-image'],
  },
  {
    title: 'a file with the name of a key, in an unknown form',
    image: addEntries({ name: 'home/app/.ssh/id_rsa', content: 'a\0b', mode: 0o600 }),
    rules: ['secret-by-name'],
  },
  {
    title: 'the setuid bit',
    image: replaceEntries({ name: 'usr/bin/app', content: APP, mode: 0o4755 }),
    rules: ['setuid-file'],
  },
  { title: 'a file capability', image: addCapability(), rules: ['capability-file'] },
  {
    title: 'permissions of 666',
    image: addEntries({ name: 'opt/log', content: 'x', mode: 0o666 }),
    rules: ['writable-by-all'],
  },
  { title: 'a shell', image: addProgram('bash'), rules: ['has-shell', 'unexplained-bytes'] },
  { title: 'a package manager', image: addProgram('apk'), rules: ['has-package-manager'] },
  { title: 'an SSH server', image: addProgram('sshd'), rules: ['has-ssh-server'] },
  { title: 'a compiler', image: addProgram('gcc'), rules: ['has-compiler'] },
  { title: 'a network tool', image: addProgram('nc'), rules: ['has-network-tool'] },
  { title: 'a downloader', image: addProgram('curl'), rules: ['has-downloader'] },
  {
    title: 'no records of packages',
    image: {
      ...GOOD,
      entries: GOOD.entries.filter(({ name }) => !/installed|package\.json/.test(name)),
    },
    rules: ['not-evaluated'],
  },
  {
    title: 'a package without a version',
    image: addEntries({ name: 'opt/tool.jar', content: JAR }),
    rules: ['package-without-version'],
  },
  {
    title: 'an archive that is cut off',
    image: addEntries({
      name: 'opt/app.jar',
      content: Buffer.from('504b0304140000000800', 'hex'),
    }),
    rules: ['not-evaluated'],
  },
  { title: '31 layers', image: { ...GOOD, layers: MANY }, rules: ['many-layers'] },
  {
    title: 'created 40 days ago',
    image: { ...GOOD, created: '2026-10-15T00:00:00Z' },
    rules: ['old-image'],
  },
  {
    title: 'created 200 days ago',
    image: { ...GOOD, created: '2026-05-08T00:00:00Z' },
    rules: ['old-image', 'stale-image'],
  },
  {
    title: 'another base image',
    image: {
      ...GOOD,
      labels: { 'org.opencontainers.image.base.name': 'docker.io/library/alpine:3' },
    },
    rules: ['base-not-iron-bank'],
  },
  {
    title: 'Alpine 3.9, which has ended',
    image: replaceEntries({ name: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.9.4\n' }),
    rules: ['end-of-life'],
  },
  {
    title: 'right-pad 1.0.0, whose release line has ended',
    image: replaceEntries(createModule({ name: 'right-pad', version: '1.0.0', license: 'MIT' })),
    rules: ['product-end-of-life', 'change-not-accepted'],
  },
  {
    title: 'one changed byte of a program',
    image: replaceEntries({
      name: 'usr/bin/app',
      content: Buffer.concat([APP, Buffer.from([0])]),
      mode: 0o755,
    }),
    rules: [
      'changed-record',
      'malware-scan-of-other-image',
      'no-provenance',
      'no-recent-scan',
      'no-verified-sbom',
      'no-verified-provenance',
    ],
  },
  {
    title: 'a package without a license',
    image: replaceEntries(createModule({ name: 'right-pad', version: '2.0.0' })),
    rules: ['missing-license'],
  },
  {
    title: 'a second user 0',
    image: replaceEntries({
      name: 'etc/passwd',
      content: `${PASSWD}toor:x:0:0::/:/sbin/nologin\n`,
    }),
    rules: ['second-root'],
  },
  {
    title: 'an empty password',
    image: replaceEntries({
      name: 'etc/shadow',
      content: SHADOW.replace('app:!:', 'app::'),
      mode: 0o600,
    }),
    rules: ['empty-password'],
  },
  {
    title: 'not the image: advisories of 2 days ago',
    image: GOOD,
    document: 'old advisories',
    rules: ['advisories-over-24-hours'],
  },
  {
    title: 'not the image: advisories of 40 days ago',
    image: GOOD,
    document: 'older advisories',
    rules: ['old-advisories'],
  },
  {
    title: 'not the image: the scanner found malware',
    image: GOOD,
    document: 'found malware',
    rules: ['malware-found'],
  },
  {
    title: 'not the image: a scan for malware 10 days ago',
    image: GOOD,
    document: 'old scan',
    rules: ['malware-scan-old'],
  },
];

/** An evaluation without one document, or of an image whose content does not state a fact. */
export interface Missing {
  readonly title: string;
  readonly image?: ImageParts;
  readonly without: readonly DocumentName[];
  readonly changed?: 'undated scan' | 'undated advisories';
  /** `true` to evaluate the SBOM of the image. */
  readonly isSbom?: boolean;
}

const EMPTY_IMAGE: ImageParts = { ...GOOD, entries: [] };

/** Rules that fire if a fact is missing: a control with one of them fails, which is stricter. */
export const ABOUT_MISSING: readonly string[] = ['not-evaluated'];

export const MISSING: readonly Missing[] = [
  { title: 'no advisories', without: ['advisories', 'baseline'] },
  { title: 'no results of a scan for malware', without: ['results'] },
  {
    title: 'no rating of a vulnerability',
    image: replaceEntries(createRecord('1.1.23-r0')),
    without: [],
  },
  { title: 'no time of the advisories', without: [], changed: 'undated advisories' },
  { title: 'the SBOM, which has no configuration', without: [], isSbom: true },
  { title: 'no time in the results', without: [], changed: 'undated scan' },
  { title: 'no key for statements', without: ['key'] },
  {
    title: 'an SBOM, to which no statement can be attached',
    without: ['statements', 'key'],
    isSbom: true,
  },
  { title: 'no baseline', without: ['baseline'] },
  {
    title: 'an ADD instruction, and no known base image',
    image: addInstruction('ADD https://example.org/a.tar.gz /opt/ # buildkit'),
    without: [],
  },
  {
    title: 'RUN apk update, and no known base image',
    image: addInstruction('RUN /bin/sh -c apk update'),
    without: [],
  },
  { title: 'no creation time', image: { ...GOOD, created: undefined }, without: [] },
  { title: 'no history', image: { ...GOOD, history: [] }, without: [] },
  {
    title: 'no label of the base image',
    image: { ...GOOD, labels: {} },
    without: [],
  },
  { title: 'no facts of people', without: ['facts'] },
  {
    title: 'a file that cannot be read',
    image: addEntries({
      name: 'opt/app.jar',
      content: Buffer.from('504b0304140000000800', 'hex'),
    }),
    without: [],
  },
  { title: 'no content', image: EMPTY_IMAGE, without: ['advisories', 'baseline'] },
];
