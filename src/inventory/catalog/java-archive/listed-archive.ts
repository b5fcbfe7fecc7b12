import type { ListedPackageContext } from '../../../foundation/core/cataloger.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { chooseJavaType, toMavenPurl } from '../../../foundation/identity/java/maven-purl.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { parseArchiveName } from '../../ecosystem/java/archive-name.ts';
import { applyPublication } from './published-identity.ts';

const TYPES: ReadonlySet<string> = new Set(['java-archive', 'jenkins-plugin']);
const SHA1 = /^[0-9a-f]{40}$/i;

/**
 * Identifies a package in a document by the artifact that was published with the content of its
 * archive. As for a scanned archive, data in the archive itself takes precedence.
 */
export function identifyListed(item: Package, context: ListedPackageContext): Package {
  if (!TYPES.has(item.type) || hasOwnRecord(item)) {
    return item;
  }
  const sha1 = findSha1(item, context);
  const artifacts = sha1 === undefined ? [] : context.publishedArchives.find(sha1.toLowerCase());
  const purls = artifacts.map((one) => toMavenPurl(one.groupId, one.artifactId, one.version));
  const identity = applyPublication(undefined, { artifacts, stem: toStem(item) });
  const properties = identity?.own?.properties;
  if (identity === undefined || properties === undefined || purls.includes(item.purl)) {
    return item;
  }
  const { name, version, rule, confidence, alternatives = [] } = identity;
  const others = [...alternatives, ...toAlternatives(item)];
  const { alternatives: _, ...rest } = item;
  return {
    ...rest,
    name,
    version,
    type: chooseJavaType(properties.groupId),
    language: 'java',
    purl: toMavenPurl(properties.groupId, name, version),
    rule,
    confidence,
    ...(others.length === 0 ? {} : { alternatives: others }),
    cpes: item.cpes.filter(({ source }) => source === 'declared'),
    metadata: {
      kind: 'java-archive',
      value: { ...item.metadata?.value, pomProperties: properties },
    },
  };
}

/** Readers create a record without a version from a group and a name. */
function hasOwnRecord({ metadata }: Package): boolean {
  const properties = metadata?.value['pomProperties'];
  return isRecord(properties) && properties['version'] !== undefined;
}

/**
 * Its own digest, or that of the file if the package is the file; the file's digest does not
 * identify a package inside it.
 */
function findSha1(item: Package, { getFileSha1 }: ListedPackageContext): string | undefined {
  const value = item.metadata?.value ?? {};
  const recorded = Array.isArray(value['digest']) ? value['digest'].filter(isRecord) : [];
  const sha1 = [
    ...recorded.map(({ algorithm, value: digits }) => ({ algorithm, digits })),
    ...(item.digests ?? []),
  ].find(({ algorithm }) => algorithm === 'sha1');
  const [location] = item.locations;
  const isWhole = location !== undefined && value['virtualPath'] === location.path;
  const digits = sha1?.digits ?? (isWhole ? getFileSha1(location.path) : undefined);
  return typeof digits === 'string' && SHA1.test(digits) ? digits : undefined;
}

function toStem(item: Package): string {
  const path = item.metadata?.value['virtualPath'] ?? item.locations[0]?.accessPath;
  return typeof path === 'string' && path !== '' ? parseArchiveName(path).stem : item.name;
}

/** The coordinates in a document that has no other data about the archive. */
function toAlternatives({ purl, metadata }: Package): NonNullable<Package['alternatives']> {
  const isBare = Object.keys(metadata?.value ?? {}).every((name) => name === 'pomProperties');
  return isBare && /^pkg:maven\/[^/@?#]+\/./.test(purl)
    ? [{ purl, rule: 'the document lists it under this name' }]
    : [];
}
