import { Budget } from '../../../core/budget.ts';
import { type Bytes, readText } from '../../../core/bytes.ts';
import type { Limits } from '../../../core/limits.ts';
import { toText } from '../../../core/to-text.ts';
import { parseToml } from '../../../syntax/text/toml.ts';
import type { FeedOutcome, FeedProvider } from '../contract.ts';
import { createErratumItems, type FixedBuild, toErratumSeverity } from '../erratum.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  listRecords,
  toObject,
} from '../feed-value.ts';
import { readWhole } from '../read-whole.ts';
import { createRollingRule, createRollingSystem } from '../rolling-system.ts';

const PROVIDER = 'bottlerocket';
const SYSTEM = createRollingSystem('bottlerocket');
const ID = /^(?:BRSA-[0-9A-Za-z]{4,32}|GHSA(?:-[0-9a-z]{4}){3})$/;

/**
 * An advisory of Bottlerocket in TOML: packages, and the version of their build that fixes one
 * vulnerability. Packages of the inventory have the same versions, with the release of the build.
 */
export const bottlerocketAdvisories: FeedProvider = {
  kind: 'feed',
  id: 'bottlerocket-advisories',
  title: 'Bottlerocket security advisories',
  spec: 'https://github.com/bottlerocket-os/bottlerocket/blob/develop/SECURITY_FEATURES.md',
  sources: [
    {
      url: 'https://github.com/bottlerocket-os/bottlerocket-core-kit.git',
      form: 'git',
      documents: /^advisories\/.*\/BRSA-[^/]+\.toml$/,
    },
    {
      url: 'https://github.com/bottlerocket-os/bottlerocket-kernel-kit.git',
      form: 'git',
      documents: /^advisories\/.*\/BRSA-[^/]+\.toml$/,
    },
  ],
  license: { expression: 'Apache-2.0 OR MIT', attribution: 'Bottlerocket contributors' },
  version: 1,
  rules: { systemOverrides: [createRollingRule('bottlerocket')] },
  recognize: ({ text }) => /^\[advisory\]\s+id = "BRSA-/.test(text),
  read: readWhole(readTomlAdvisory),
};

function* readTomlAdvisory(document: Bytes, limits: Limits): Generator<FeedOutcome> {
  const value = parseToml(readText(document), new Budget(limits));
  const advisory = toObject(value?.['advisory']);
  const id = toText(advisory?.['id']);
  if (advisory === undefined || !ID.test(id)) {
    yield leaveOutDocument('not an advisory', 'the document is not a Bottlerocket advisory');
    return;
  }
  const builds: FixedBuild[] = [];
  for (const product of listRecords(advisory['products'])) {
    const build = readProduct(product);
    if (build === undefined) {
      yield leaveOut('part', 'malformed product', `${id} has a malformed product`);
    } else {
      builds.push(build);
    }
  }
  if (builds.length === 0) {
    yield leaveOut('record', 'no packages', `${id} lists no packages`);
    return;
  }
  const publishedAt = readDate(toObject(value?.['updateinfo'])?.['issue-date']);
  const ids = [toText(advisory['cve']), toText(advisory['ghsa'])].filter((one) => one !== '');
  yield* createErratumItems({
    id,
    provider: PROVIDER,
    ecosystem: 'bottlerocket',
    scheme: 'rpm',
    title: toText(advisory['title']),
    severity: toErratumSeverity(toText(advisory['severity'])),
    vulnerabilities: ids.map((one) => ({ id: one })),
    builds,
    ...(publishedAt === '' ? {} : { publishedAt }),
  });
}

/**
 * Some advisories state the whole name of the upstream package, such as
 * `kernel-5.10.223-211.872.amzn2`. The inventory has its version without the release.
 */
function readProduct(product: FeedObject): FixedBuild | undefined {
  const packageName = toText(product['package-name']);
  const stated = toText(product['patched-version']);
  const [, version = ''] = /^(?:[A-Za-z]\w*-)?(\d[^-]*)/.exec(stated) ?? [];
  const epoch = product['patched-epoch'] === undefined ? '0' : toText(product['patched-epoch']);
  return packageName === '' || version === '' || !/^\d+$/.test(epoch)
    ? undefined
    : { system: SYSTEM, packageName, version: epoch === '0' ? version : `${epoch}:${version}` };
}

/** TOML has dates of its own. */
function readDate(value: unknown): string {
  return value instanceof Date && !Number.isNaN(value.getTime())
    ? value.toISOString()
    : toText(value);
}
