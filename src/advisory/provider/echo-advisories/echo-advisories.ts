import { toText } from '../../../core/to-text.ts';
import type { FeedOutcome, FeedProvider } from '../contract.ts';
import { createErratumItems, type FixedBuild } from '../erratum.ts';
import { leaveOut, leaveOutDocument, toObject } from '../feed-value.ts';
import { createJsonParser, readParts } from '../read-whole.ts';
import { createRollingRule, createRollingSystem } from '../rolling-system.ts';

const PROVIDER = 'echo';
const SYSTEM = createRollingSystem('echo');
const ID = /^(?:CVE-\d{4}-\d{4,19}|GHSA(?:-[0-9a-z]{4}){3}|TEMP-\d{1,10}-[0-9A-F]{1,16})$/;
const NEVER_AFFECTED = '0';

/** A package, and the first of its vulnerabilities with the version of its fix. */
const FEED_START =
  /^\s*\{\s*"[^"\\]+"\s*:\s*\{\s*"(?:CVE|TEMP)-[^"]+"\s*:\s*\{\s*"(?:fixed_version|severity)"/;

/** The fixes of Echo, a rebuild of Debian: source package → ID → fixed version, if any. */
export const echoAdvisories: FeedProvider = {
  kind: 'feed',
  id: 'echo-advisories',
  title: 'Echo security advisories',
  spec: 'https://advisory.echohq.com/data.json',
  sources: [{ url: 'https://advisory.echohq.com/data.json', form: 'document' }],
  license: { expression: 'NONE', attribution: 'Echo' },
  marks: ['never-shipped'],
  version: 1,
  rules: { systemOverrides: [createRollingRule('echo')] },
  recognize: ({ text }) => FEED_START.test(text),
  read: readParts(createJsonParser(readPackages), '{'),
};

function* readPackages(value: unknown): Generator<FeedOutcome> {
  const packages = toObject(value);
  if (packages === undefined) {
    yield leaveOutDocument('not a list of packages', 'the document is not an object of packages');
    return;
  }
  for (const [packageName, listed] of Object.entries(packages)) {
    const issues = toObject(listed);
    if (issues === undefined) {
      yield leaveOut('record', 'malformed package', `${packageName} has no object of issues`);
    }
    for (const [id, issue] of Object.entries(issues ?? {})) {
      if (ID.test(id)) {
        const builds = [createBuild(packageName, toText(toObject(issue)?.['fixed_version']))];
        yield* createErratumItems({
          id,
          provider: PROVIDER,
          ecosystem: 'deb',
          scheme: 'dpkg',
          title: '',
          severity: '',
          vulnerabilities: [],
          builds,
        });
      } else {
        yield leaveOut('record', 'no known id', `${packageName} has the unknown id ${id}`);
      }
    }
  }
}

function createBuild(packageName: string, version: string): FixedBuild {
  if (version === '') {
    return { system: SYSTEM, packageName, version, state: 'not-fixed' };
  }
  return version === NEVER_AFFECTED
    ? { system: SYSTEM, packageName, version: '', state: 'not-affected' }
    : { system: SYSTEM, packageName, version };
}
