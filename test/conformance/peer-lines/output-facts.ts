import { hash } from 'node:crypto';
import { compareText } from '../../../src/foundation/core/compare-text.ts';
import { isRecord } from '../../../src/foundation/syntax/json/guard.ts';
import {
  getRecord,
  getRecords,
  getText,
  type JsonRecord,
} from '../../../src/foundation/syntax/json/member.ts';

/** The facts of one output by their kind, such as `packages`: what two programs must agree on. */
export type OutputFacts = Readonly<Record<string, readonly string[]>>;

/** The number of facts of a kind, and the first digits of a digest of them all. */
export type FactDigest = string;

const DIGITS = 12;

/** Sorted facts, so that the order of an output does not matter. */
export function digestFacts(facts: OutputFacts): Readonly<Record<string, FactDigest>> {
  return Object.fromEntries(
    Object.entries(facts).map(([kind, list]) => [
      kind,
      `${list.length} ${hash('sha256', list.toSorted(compareText).join('\n')).slice(0, DIGITS)}`,
    ]),
  );
}

/** Returns the facts of an output without times, IDs and the name of the program. */
export function readFacts(text: string): OutputFacts {
  const document = parse(text);
  if (document === undefined) {
    return text.startsWith('<?xml') ? readXml(text) : readText(text);
  }
  if (document['bomFormat'] !== undefined) {
    return readCyclonedx(document);
  }
  if (document['spdxVersion'] !== undefined) {
    return readSpdx(document);
  }
  if (document['runs'] !== undefined) {
    return readSarif(document);
  }
  if (document['manifests'] !== undefined) {
    return readSnapshot(document);
  }
  return document['matches'] === undefined ? readSyft(document) : readMatches(document);
}

function parse(text: string): JsonRecord | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return isRecord(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

function toName(record: JsonRecord): string {
  return [getText(record, 'type'), getText(record, 'name'), getText(record, 'version')].join(' ');
}

function readSyft(document: JsonRecord): OutputFacts {
  return {
    packages: getRecords(document, 'artifacts').map(
      (each) => `${toName(each)} ${getText(each, 'purl')} ${getText(each, 'metadataType')}`,
    ),
    files: getRecords(document, 'files').map((each) =>
      getText(getRecord(each, 'location') ?? {}, 'path'),
    ),
    relationships: getRecords(document, 'artifactRelationships').map((each) =>
      getText(each, 'type'),
    ),
  };
}

function readSnapshot(document: JsonRecord): OutputFacts {
  const manifests = Object.values(getRecord(document, 'manifests') ?? {}).filter(isRecord);
  const resolved = manifests.flatMap((each) =>
    Object.values(getRecord(each, 'resolved') ?? {}).filter(isRecord),
  );
  return {
    manifests: manifests.map((each) => getText(each, 'name')),
    packages: resolved.map(
      (each) => `${getText(each, 'package_url')} ${getText(each, 'relationship')}`,
    ),
  };
}

function readCyclonedx(document: JsonRecord): OutputFacts {
  const components = getRecords(document, 'components');
  const packages = components.filter((each) => getText(each, 'type') !== 'file');
  return {
    target: [toName(getRecord(getRecord(document, 'metadata') ?? {}, 'component') ?? {})],
    packages: packages.map((each) => `${toName(each)} ${getText(each, 'purl')}`),
    files: components.flatMap((each) =>
      getText(each, 'type') === 'file' ? [getText(each, 'name')] : [],
    ),
    properties: packages.flatMap((each) =>
      getRecords(each, 'properties').flatMap((property) => {
        const name = getText(property, 'name');
        const isSyft = name.startsWith('syft:');
        return isSyft ? [`${toName(each)} ${name}=${getText(property, 'value')}`] : [];
      }),
    ),
    vulnerabilities: getRecords(document, 'vulnerabilities').map((each) => getText(each, 'id')),
  };
}

function readSpdx(document: JsonRecord): OutputFacts {
  return {
    packages: getRecords(document, 'packages').map(
      (each) => `${getText(each, 'name')} ${getText(each, 'versionInfo')}`,
    ),
    files: getRecords(document, 'files').map((each) => getText(each, 'fileName')),
    relationships: getRecords(document, 'relationships').map((each) =>
      getText(each, 'relationshipType'),
    ),
  };
}

function readSarif(document: JsonRecord): OutputFacts {
  const runs = getRecords(document, 'runs');
  const rules = runs.flatMap((run) =>
    getRecords(getRecord(getRecord(run, 'tool') ?? {}, 'driver') ?? {}, 'rules'),
  );
  const results = runs.flatMap((run) => getRecords(run, 'results'));
  return {
    rules: rules.map((each) => getText(each, 'id')),
    vulnerabilities: results.map((each) => {
      const rule = getText(each, 'ruleId');
      return VULNERABILITY_ID.exec(rule)?.[0] ?? rule;
    }),
    levels: results.map((each) => getText(each, 'level')),
  };
}

/** Grype appends the name of the package. */
const VULNERABILITY_ID = /^(?:(?:CVE|GO|PYSEC)-\d+-\d+|GHSA(?:-\w{4}){3})/;

function readMatches(document: JsonRecord): OutputFacts {
  const describe = (match: JsonRecord): string => {
    const vulnerability = getRecord(match, 'vulnerability') ?? {};
    const { state = '', versions = [] } = getRecord(vulnerability, 'fix') ?? {};
    const words = [getText(vulnerability, 'id'), getText(vulnerability, 'severity')];
    const artifact = toName(getRecord(match, 'artifact') ?? {});
    return [...words, artifact, state, JSON.stringify(versions)].join(' ');
  };
  return {
    matches: getRecords(document, 'matches').map(describe),
    ignored: getRecords(document, 'ignoredMatches').map(describe),
    source: [getText(getRecord(document, 'source') ?? {}, 'type')],
    distro: [getText(getRecord(document, 'distro') ?? {}, 'name')],
  };
}

const COMPONENT = /<component ([^>]*)>([\s\S]*?)(?=<\/?component[ >])/g;

/** Returns the text of the last element of this name before any nested list. */
function readElement(name: string, text: string): string {
  const bare = text.replace(/<(author|authors|supplier|licenses)>[\s\S]*?<\/\1>/g, '');
  return new RegExp(`<${name}>(.*?)</${name}>`).exec(bare)?.[1] ?? '';
}

function readXml(text: string): OutputFacts {
  const found = [...text.matchAll(COMPONENT)].map(([, attributes = '', body = '']) => {
    const type = /type="([\w-]+)"/.exec(attributes)?.[1] ?? '';
    return {
      type,
      text: [type, readElement('name', body), readElement('version', body)].join(' '),
    };
  });
  const isPackage = ({ type }: { readonly type: string }): boolean => type === 'library';
  return {
    packages: found.filter(isPackage).map((each) => each.text),
    files: found.filter(({ type }) => type === 'file').map((each) => each.text),
    vulnerabilities: [...text.matchAll(/<vulnerability [^>]*>\s*<id>(.*?)<\/id>/g)].map(
      ([, id = '']) => id,
    ),
  };
}

const TAG_VALUE = /^(PackageName|PackageVersion|Relationship|FileName): (.*)$/gm;

function readText(text: string): OutputFacts {
  if (!text.startsWith('SPDXVersion: ')) {
    // The widths of columns depend on all rows.
    const lines = text.split('\n').map((line) => line.trimEnd().replaceAll(/ {2,}/g, ' | '));
    return { lines: lines.filter((line) => line !== '') };
  }
  const tags = [...text.matchAll(TAG_VALUE)].map(([, tag = '', value = '']) => ({ tag, value }));
  const list = (wanted: string): string[] =>
    tags.filter(({ tag }) => tag === wanted).map(({ value }) => value);
  return {
    version: [text.slice(0, text.indexOf('\n'))],
    packages: list('PackageName'),
    versions: list('PackageVersion'),
    files: list('FileName'),
    relationships: list('Relationship').map((value) => value.split(' ')[1] ?? ''),
  };
}
