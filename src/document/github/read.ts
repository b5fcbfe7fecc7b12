import { defined } from '../../foundation/core/defined.ts';
import { isDigest } from '../../foundation/core/digest.ts';
import type { Distro } from '../../foundation/core/distro.ts';
import type {
  DocumentContent,
  DocumentReader,
  ReadDocumentOptions,
} from '../../foundation/core/document.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { InventoryPackage, Relationship } from '../../foundation/core/inventory.ts';
import type { Location } from '../../foundation/core/package.ts';
import { parsePurl } from '../../foundation/identity/purl/parse-purl.ts';
import type { Purl } from '../../foundation/identity/purl/purl.ts';
import { toPurlPackage } from '../../foundation/identity/purl/purl-package.ts';
import { findSystem } from '../../foundation/identity/purl/system-name.ts';
import { parseBoundedJson } from '../../foundation/syntax/json/bounded-json.ts';
import { DocumentProblems, readRecords } from '../../foundation/syntax/json/document-records.ts';
import { isRecord, ownMember } from '../../foundation/syntax/json/guard.ts';
import { readJsonHead } from '../../foundation/syntax/json/json-head.ts';
import {
  getRecord,
  getText,
  getTexts,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import {
  boundEdges,
  createContainmentEdges,
  createEvidenceEdges,
  createOwnershipEdges,
} from '../sbom/document-edge.ts';
import { OwnProperties } from '../sbom/own-properties.ts';
import { type ReadPackage, restorePackage } from '../sbom/read-package.ts';

const SUBJECT = 'the dependency snapshot';

/** A submission to the dependency graph of GitHub. */
export const githubSnapshot: DocumentReader = {
  id: 'github-snapshot',
  title: 'GitHub dependency snapshot',
  spec: 'https://docs.github.com/rest/dependency-graph/dependency-submission',
  recognize,
  read,
};

/** Trivy omits `manifests` if it found no packages. */
function recognize(head: Uint8Array): number {
  const { names = [] } = readJsonHead(head) ?? {};
  const hasNames = (...wanted: readonly string[]): boolean =>
    wanted.every((name) => names.includes(name));
  return hasNames('detector', 'manifests') || hasNames('detector', 'job', 'scanned') ? 0.9 : 0;
}

function read(
  content: Uint8Array,
  { limits, description, onDuplicateMember }: ReadDocumentOptions,
): DocumentContent {
  const document = parseBoundedJson(content, { subject: SUBJECT, limits, onDuplicateMember });
  const manifests = isRecord(document)
    ? getRecord({ manifests: {}, ...document }, 'manifests')
    : undefined;
  if (!isRecord(document) || manifests === undefined) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} has no manifests`);
  }
  const problems = new DocumentProblems(githubSnapshot.id, limits);
  const ownProperties = new OwnProperties(limits);
  const metadata = getRecord(document, 'metadata') ?? {};
  const properties = ownProperties.parseProperties(getText(metadata, OWN_PROPERTIES));
  const own = ownProperties.readInventory(
    properties,
    properties.getText('plimsoll:target:name', true) ?? '',
  );
  own.problems.forEach((problem) => problems.addProblem(problem));
  problems.addNotListed(own.problemsNotListed);
  const dependencies = readRecords(readDependencyEntries(manifests), {
    noun: 'dependency',
    limit: 'documentPackagesMax',
    limits,
    problems,
    read: (record) => readDependency(record, ownProperties),
  });
  const packages = dependencies.map((one) => one.package);
  return {
    inventory: {
      target: own.target ?? description,
      distro: ownProperties.readDistro(properties) ?? parseDistro(getText(metadata, 'syft:distro')),
      packages,
      files: [...own.files.values()],
      relationships: [
        ...boundEdges(listEdges(dependencies), { limits, problems }),
        ...createEvidenceEdges(packages),
        ...createOwnershipEdges(dependencies),
        ...createContainmentEdges(dependencies, own.files, { limits, problems }),
      ],
      problems: problems.listed,
      problemsNotListed: problems.notListed,
      catalogers: own.catalogers,
      ...defined({ fileSummary: own.fileSummary }),
      layerBytes: own.layerBytes,
      scope: own.scope ?? 'squashed',
    },
    keys: 'document',
  };
}

/** A value may be a string or a number, so all of our properties are one string. */
const OWN_PROPERTIES = 'plimsoll:properties';

/** One entry of a manifest with its place. */
interface Entry {
  readonly manifest: string;
  readonly name: string;
  readonly place: Location | undefined;
  readonly record: unknown;
}

function* listEntries(manifests: JsonRecord): Generator<Entry> {
  for (const manifest of Object.keys(manifests)) {
    const record = getRecord(manifests, manifest) ?? {};
    const place = readPlace(record);
    const resolved = getRecord(record, 'resolved') ?? {};
    for (const name of Object.keys(resolved)) {
      yield { manifest, name, place, record: ownMember(resolved, name) };
    }
  }
}

function readDependencyEntries(manifests: JsonRecord): readonly Entry[] {
  return [...listEntries(manifests)];
}

/** Syft writes the path after the target: `alpine:3.20:/lib/apk/db/installed`. */
function readPlace(manifest: JsonRecord): Location | undefined {
  const written = getText(getRecord(manifest, 'file') ?? {}, 'source_location');
  const separator = written.lastIndexOf(':/');
  const path = separator < 0 ? written : written.slice(separator + 1);
  const layer = getText(getRecord(manifest, 'metadata') ?? {}, 'syft:filesystem');
  return path === ''
    ? undefined
    : { path, accessPath: path, ...(isDigest(layer) ? { layer } : {}) };
}

interface Dependency extends ReadPackage {
  readonly manifest: string;
  readonly name: string;
  /** Names of its dependencies. */
  readonly needs: readonly string[];
}

/** Returns `undefined` if it names no package. */
function readDependency(entry: unknown, ownProperties: OwnProperties): Dependency | undefined {
  if (!isEntry(entry) || !isRecord(entry.record)) {
    return undefined;
  }
  const { manifest, name, place, record } = entry;
  const written = getText(record, 'package_url');
  const key = JSON.stringify([manifest, name]);
  const frame = { manifest, name, needs: getTexts(record, 'dependencies') };
  const metadata = getRecord(record, 'metadata') ?? {};
  const properties = ownProperties.parseProperties(getText(metadata, OWN_PROPERTIES));
  const own = ownProperties.readPackage(properties);
  if (own !== undefined) {
    return { ...frame, ...restorePackage({ key, name, version: '', purl: written }, own) };
  }
  const purl = parsePurl(written);
  return purl && { ...frame, package: readPackageLine(key, { purl, written, place }) };
}

function isEntry(value: unknown): value is Entry {
  return isRecord(value) && typeof value['name'] === 'string';
}

function readPackageLine(
  key: string,
  {
    purl,
    written,
    place,
  }: { readonly purl: Purl; readonly written: string; readonly place: Location | undefined },
): InventoryPackage {
  return {
    key,
    ...toPurlPackage(purl),
    purl: written,
    foundBy: '',
    rule: 'a dependency in a snapshot',
    confidence: 1,
    locations: place === undefined ? [] : [place],
    licenses: [],
    ownedFiles: [],
  };
}

/** Names are looked up in their own manifest first. */
function* listEdges(dependencies: readonly Dependency[]): Generator<Relationship> {
  const keys = new Map<string, string>();
  for (const { manifest, name, package: pkg } of dependencies) {
    keys.set(JSON.stringify([manifest, name]), pkg.key);
    if (!keys.has(name)) {
      keys.set(name, pkg.key);
    }
  }
  for (const { manifest, needs, package: pkg } of dependencies) {
    for (const name of needs) {
      const from = keys.get(JSON.stringify([manifest, name])) ?? keys.get(name);
      if (from !== undefined && from !== pkg.key) {
        yield { kind: 'dependency-of', from, to: pkg.key };
      }
    }
  }
}

/** Syft's form of the operating system: `pkg:generic/debian@12?like=…`. */
function parseDistro(text: string): Distro | undefined {
  const purl = text === '' ? undefined : parsePurl(text);
  const system = purl && findSystem(purl.name, purl.version);
  const like = purl?.qualifiers?.['like'] ?? '';
  return system && { ...system, idLike: like.split(',').filter((each) => each !== '') };
}
