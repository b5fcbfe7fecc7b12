import { Budget } from '../../../core/budget.ts';
import { UserError } from '../../../core/error.ts';
import type {
  IgnoreFile,
  IgnoreFileReader,
  IgnoreRule,
  ReadIgnoreFileOptions,
  RulePattern,
} from '../../../core/ignore-rule.ts';
import { decodeDocument } from '../../../syntax/json/bounded-json.ts';
import {
  dropAbsent,
  getFlag,
  getGivenText,
  getRecord,
  getRecords,
  type JsonRecord,
} from '../../../syntax/json/member.ts';
import { parseToml } from '../../../syntax/text/toml.ts';
import { ruleOf } from '../rule-record.ts';

/** The lists `IgnoredVulns` and `PackageOverrides` of OSV-Scanner's configuration. */
export const osvScannerToml: IgnoreFileReader = {
  id: 'osv-scanner-toml',
  title: 'osv-scanner.toml',
  spec: 'https://google.github.io/osv-scanner/configuration/',
  recognize: (name) => /osv-scanner.*\.toml$/i.test(name),
  read,
};

function read(content: Uint8Array, { limits, origin }: ReadIgnoreFileOptions): IgnoreFile {
  const document = parseToml(decodeDocument(content), new Budget(limits));
  if (document === undefined) {
    throw new UserError('E_CONFIG', `"${origin}" is not valid TOML`);
  }
  const problems: string[] = [];
  const ignored = getRecords(document, 'IgnoredVulns').flatMap((entry, index) => {
    const source = `${origin}: IgnoredVulns ${index + 1}`;
    const id = getGivenText(entry, 'id');
    if (id === undefined) {
      problems.push(`${source}: missing id; the entry was ignored`);
      return [];
    }
    return [ruleFrom(entry, { source, until: 'ignoreUntil', vulnerabilities: [id] })];
  });
  const overrides = getRecords(document, 'PackageOverrides').flatMap((entry, index) => {
    const source = `${origin}: PackageOverrides ${index + 1}`;
    const isIgnored =
      getFlag(getRecord(entry, 'vulnerability') ?? {}, 'ignore') ?? getFlag(entry, 'ignore');
    if (isIgnored !== true) {
      return [];
    }
    const group = getGivenText(entry, 'group');
    if (group !== undefined) {
      problems.push(`${source}: unknown group "${group}"; the entry was ignored`);
      return [];
    }
    return [ruleFrom(entry, { source, until: 'effectiveUntil', vulnerabilities: [] })];
  });
  return { origin, rules: [...ignored, ...overrides], problems };
}

interface Frame {
  readonly source: string;
  /** The member that says when the rule ends. */
  readonly until: string;
  readonly vulnerabilities: readonly string[];
}

function ruleFrom(entry: JsonRecord, { source, until, vulnerabilities }: Frame): IgnoreRule {
  const textOf = (name: string): RulePattern | undefined => {
    const value = getGivenText(entry, name);
    return value === undefined ? undefined : { kind: 'text', value };
  };
  const ecosystem = getGivenText(entry, 'ecosystem');
  return ruleOf(
    dropAbsent({
      source,
      vulnerabilities,
      package: dropAbsent<IgnoreRule['package']>({
        name: textOf('name'),
        version: textOf('version'),
        type: ecosystem === undefined ? undefined : { kind: 'text', value: typeOf(ecosystem) },
        language: undefined,
        purl: undefined,
        path: undefined,
        upstream: undefined,
      }),
      reason: getGivenText(entry, 'reason'),
      expiresAt: dateOf(entry[until]),
    }),
  );
}

/** TOML has dates of its own; one that is none of a day counts from its beginning. */
function dateOf(value: unknown): string | undefined {
  if (value instanceof Date) {
    return value.toISOString();
  }
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Ecosystems of the OSV schema whose package type is called otherwise. */
const TYPE_OF: ReadonlyMap<string, string> = new Map([
  ['go', 'go-module'],
  ['pypi', 'python'],
  ['maven', 'java-archive'],
  ['crates.io', 'rust-crate'],
  ['packagist', 'php-composer'],
  ['rubygems', 'gem'],
  ['nuget', 'dotnet'],
  ['pub', 'dart-pub'],
  ['alpine', 'apk'],
  ['debian', 'deb'],
  ['ubuntu', 'deb'],
]);

function typeOf(ecosystem: string): string {
  const name = (ecosystem.split(':')[0] ?? '').toLowerCase();
  return TYPE_OF.get(name) ?? name;
}
