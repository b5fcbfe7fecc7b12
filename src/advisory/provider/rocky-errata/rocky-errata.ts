import type { Bytes } from '../../../core/bytes.ts';
import { defined } from '../../../core/defined.ts';
import { toText } from '../../../core/to-text.ts';
import type { FeedOutcome, FeedProvider, FeedSystem } from '../contract.ts';
import { readCvssVector } from '../cvss-severity.ts';
import { hasMembers } from '../document-head.ts';
import {
  createErratumItems,
  type Erratum,
  type FixedBuild,
  type FixedVulnerability,
  toErratumSeverity,
} from '../erratum.ts';
import { createFeedSystem } from '../feed-system.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  listObjects,
  listRecords,
  parseJsonDocument,
  selectTexts,
  toObject,
} from '../feed-value.ts';
import { createJsonParser, readWhole } from '../read-whole.ts';
import { parseRpmFileName, type RpmFileName } from '../rpm-file-name.ts';
import { findBuildModule } from '../rpm-module.ts';

const PROVIDER = 'rocky';
const PAGE = 'https://errata.rockylinux.org/';

/** `RLSA-2024:3339`, and `RXSA-…` of special interest groups; other kinds fix bugs. */
const SECURITY_ID = /^R[LX]SA-\d{4}[:-]\d+$/;
const ID = /^R[LX][A-Z]A-\d{4}[:-]\d+$/;
const SEVERITY_PREFIX = /^SEVERITY_/;
const TYPE_PREFIX = /^TYPE_/;
/** `Rocky Linux 9`, `Rocky Linux 8.4 x86_64 (Legacy)`, `Rocky Linux SIG Cloud 8`. */
const PRODUCT =
  /^Rocky Linux(?: ([A-Za-z][A-Za-z ]*?))? (\d{1,3})(?:\.\d{1,3})?(?: [a-z]\w*)?(?: \(Legacy\))?$/;

/**
 * Errata of Rocky Linux as its errata server returns them: pages of a list, or one erratum, of
 * version 2 (file names by product) or 3 (packages with modules) of the interface.
 */
export const rockyErrata: FeedProvider = {
  kind: 'feed',
  id: 'rocky-errata',
  title: 'Rocky Linux errata',
  spec: 'https://errata.rockylinux.org/api/v3/docs',
  sources: [
    {
      url: 'https://errata.rockylinux.org/api/v3/advisories/?page=1&size=100',
      form: 'document',
      listNext: listNextPage,
    },
  ],
  license: { expression: 'BSD-3-Clause', attribution: 'Rocky Enterprise Software Foundation' },
  version: 1,
  rules: {},
  recognize: (head) =>
    hasMembers(head, 'affectedProducts', 'cves') || hasMembers(head, 'red_hat_advisory_id'),
  read: readWhole(createJsonParser(readErrata)),
};

function listNextPage(content: Bytes): readonly string[] | undefined {
  const parsed = parseJsonDocument(content);
  if ('problem' in parsed || listErrata(parsed.value) === undefined) {
    return undefined;
  }
  const next = findNextPage(parsed.value);
  return next === '' ? [] : [next];
}

function findNextPage(page: unknown): string {
  return toText(toObject(toObject(page)?.['links'])?.['next']);
}

function* readErrata(value: unknown): Generator<FeedOutcome> {
  const errata = listErrata(value);
  if (errata === undefined) {
    yield leaveOutDocument('not an erratum', 'the document is not an erratum or a list of errata');
    return;
  }
  if (findNextPage(value) !== '') {
    yield { leftOut: 'part', cause: 'further pages of the list' };
  }
  for (const [index, erratum] of errata.entries()) {
    const id = toText(erratum['name']);
    if (ID.test(id)) {
      yield* readErratum(id, erratum);
    } else {
      yield leaveOut('record', 'no id', `erratum ${index + 1} in the document has no id`);
    }
  }
}

function listErrata(value: unknown): readonly FeedObject[] | undefined {
  const page = toObject(value);
  if (Array.isArray(value) || Array.isArray(page?.['advisories'])) {
    return listRecords(page?.['advisories'] ?? value);
  }
  const one = toObject(page?.['advisory']) ?? page;
  return one === undefined || toText(one['name']) === '' ? undefined : [one];
}

function* readErratum(id: string, erratum: FeedObject): Generator<FeedOutcome> {
  const vulnerabilities = listVulnerabilities(erratum);
  const kind = toText(erratum['type'] ?? erratum['kind']).replace(TYPE_PREFIX, '');
  const isSecurity = SECURITY_ID.test(id) || kind.toLowerCase() === 'security';
  if (!isSecurity && vulnerabilities.length === 0) {
    yield { leftOut: 'record', cause: 'erratum without a vulnerability' };
    return;
  }
  const builds: FixedBuild[] = [];
  for (const { product, fileName, module } of listFiles(erratum)) {
    const file = parseRpmFileName(fileName);
    const system = parseProduct(product);
    if (file === undefined || system === undefined) {
      const cause = file === undefined ? 'malformed file name' : 'unknown product';
      yield leaveOut('part', cause, `${id} lists ${fileName} of ${product}: ${cause}`);
    } else {
      builds.push(toBuild(file, system, toText(erratum['synopsis']), module));
    }
  }
  if (builds.length === 0) {
    yield leaveOut('record', 'no packages', `${id} lists no packages`);
    return;
  }
  yield* createErratumItems({
    ...describeErratum(id, erratum),
    vulnerabilities,
    builds: selectBuilds(builds),
  });
}

function describeErratum(
  id: string,
  erratum: FeedObject,
): Omit<Erratum, 'vulnerabilities' | 'builds'> {
  const publishedAt = toText(erratum['publishedAt'] ?? erratum['published_at']);
  const modifiedAt = toText(erratum['updated_at']);
  return {
    id,
    provider: PROVIDER,
    ecosystem: 'rpm',
    scheme: 'rpm',
    page: `${PAGE}${id}`,
    title: toText(erratum['synopsis']),
    severity: toErratumSeverity(toText(erratum['severity']).replace(SEVERITY_PREFIX, '')),
    ...(publishedAt === '' ? {} : { publishedAt }),
    ...(modifiedAt === '' ? {} : { modifiedAt }),
  };
}

function listVulnerabilities(erratum: FeedObject): readonly FixedVulnerability[] {
  return listObjects(erratum['cves'])
    .map((cve) => ({
      id: toText(cve['cve'] ?? cve['name']),
      severities: readCvssVector(
        toText(cve['cvss3_scoring_vector'] ?? cve['cvss3ScoringVector']),
        1,
      ),
    }))
    .filter(({ id }) => id !== '');
}

interface ListedFile {
  readonly product: string;
  readonly fileName: string;
  /** Absent if the erratum does not state modules. */
  readonly module?: string;
}

function listFiles(erratum: FeedObject): readonly ListedFile[] {
  const ofProducts = Object.entries(toObject(erratum['rpms']) ?? {}).flatMap(([product, listed]) =>
    selectTexts(toObject(listed)?.['nvras']).map((fileName) => ({ product, fileName })),
  );
  const withModules = listRecords(erratum['packages']).map((one) => {
    const [name, stream] = [toText(one['module_name']), toText(one['module_stream'])];
    return {
      product: toText(one['product_name']),
      fileName: toText(one['nevra']),
      ...(name === '' ? {} : { module: `${name}:${stream}` }),
    };
  });
  return [...ofProducts, ...withModules];
}

function parseProduct(product: string): FeedSystem | undefined {
  const [, group = '', majorVersion] = PRODUCT.exec(product) ?? [];
  return majorVersion === undefined
    ? undefined
    : createFeedSystem({
        name: 'rockylinux',
        releaseId: 'rocky',
        majorVersion,
        channel: group.toLowerCase().replaceAll(' ', '-'),
      });
}

function toBuild(
  { packageName, version, architecture }: RpmFileName,
  system: FeedSystem,
  title: string,
  stated: string | undefined,
): FixedBuild {
  const { majorVersion } = system;
  const module = findBuildModule({
    majorVersion,
    versions: [version],
    title,
    ...defined({ stated }),
  });
  return { system, packageName, version, architecture, ...defined({ module }) };
}

/**
 * Returns the source packages, and the binary packages whose version is not that of a source
 * package: all others are built from the listed sources, and are looked up by them.
 */
function selectBuilds(builds: readonly FixedBuild[]): readonly FixedBuild[] {
  const isSource = ({ architecture }: FixedBuild): boolean => architecture === 'src';
  const toKey = ({ system, version }: FixedBuild): string => JSON.stringify([system, version]);
  const versions = new Set(builds.filter(isSource).map(toKey));
  return builds.filter((build) => isSource(build) || !versions.has(toKey(build)));
}
