import { defined } from '../../foundation/core/defined.ts';
import type { Distro } from '../../foundation/core/distro.ts';
import type {
  DocumentContent,
  DocumentFacts,
  ReadDocumentOptions,
} from '../../foundation/core/document.ts';
import type { InventoryPackage, Relationship } from '../../foundation/core/inventory.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import { findTitledSystem } from '../../foundation/identity/purl/system-name.ts';
import { DocumentProblems, readRecords } from '../../foundation/syntax/json/document-records.ts';
import { isRecord, ownMember } from '../../foundation/syntax/json/guard.ts';
import {
  getGivenText,
  getList,
  getRecord,
  getRecords,
  getText,
  getTexts,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import { type NotTaken, NotTakenCount } from '../../foundation/syntax/json/not-taken.ts';
import {
  boundEdges,
  createContainmentEdges,
  createEvidenceEdges,
  createOwnershipEdges,
} from '../sbom/document-edge.ts';
import { OwnProperties } from '../sbom/own-properties.ts';
import { readProperties } from '../sbom/property.ts';
import type { ReadPackage } from '../sbom/read-package.ts';
import { noteWrongList } from '../sbom/wrong-list.ts';
import { isComponent, isPackageComponent, readComponentPackage } from './component-record.ts';
import { findDistro } from './distro-component.ts';
import { HOMEPAGE_REFERENCE } from './vocabulary.data.ts';

/** Value of the member that identifies a JSON document. */
export const CYCLONEDX_FORMAT = 'CycloneDX';

/**
 * Reads a document as a record with the members of the JSON notation, for any notation. ECMA-424.
 *
 * @param reader ID of the reader, for its problems
 */
export function readCyclonedx(
  document: JsonRecord,
  reader: string,
  { limits, description }: ReadDocumentOptions,
): DocumentContent {
  const problems = new DocumentProblems(reader, limits);
  const ownProperties = new OwnProperties(limits);
  const metadata = getRecord(document, 'metadata') ?? {};
  // The document's own problems come first; others are found while lists are read.
  const own = ownProperties.readInventory(
    readProperties(metadata),
    getText(getRecord(metadata, 'component') ?? {}, 'name'),
  );
  own.problems.forEach((problem) => problems.addProblem(problem));
  problems.addNotListed(own.problemsNotListed);
  const context = { limits, problems, ownProperties, isReduced: own.isReduced };
  const components = readComponents(document, context);
  const target = findTarget(document, metadata);
  const found = readPackageList(
    components.filter((each) => each !== target && !isTargetAgain(each, metadata)),
    context,
  );
  const packages = found.map((one) => one.package);
  const name = getGivenText(getRecord(metadata, 'component') ?? {}, 'name');
  return {
    inventory: {
      target: own.target ?? (name === undefined ? description : { ...description, name }),
      distro: findDistro(components, ownProperties) ?? findGuessedSystem(metadata),
      packages,
      files: [...own.files.values()],
      relationships: [
        ...readDependencies(document, packages, context),
        ...createEvidenceEdges(packages),
        ...createOwnershipEdges(found),
        ...createContainmentEdges(found, own.files, context),
      ],
      problems: problems.listed,
      problemsNotListed: problems.notListed,
      catalogers: own.catalogers,
      ...defined({ fileSummary: own.fileSummary }),
      layerBytes: own.layerBytes,
      scope: own.scope ?? 'squashed',
    },
    keys: 'document',
    about: {
      ...readDocumentFacts(metadata),
      ...defined({ declaresUnknowns: own.declaresUnknowns }),
    },
    countOmitted: () => countNotTaken(document, components, own.target !== undefined),
  };
}

const TAKEN_OF_DOCUMENT: ReadonlySet<string> = new Set([
  '$schema',
  'bomFormat',
  'components',
  'dependencies',
  'metadata',
  'serialNumber',
  'specVersion',
  'version',
]);

const TAKEN_OF_COMPONENT: ReadonlySet<string> = new Set([
  'author',
  'authors',
  'bom-ref',
  'components',
  'cpe',
  'description',
  'evidence',
  'externalReferences',
  'group',
  'hashes',
  'licenses',
  'name',
  'properties',
  'publisher',
  'purl',
  'supplier',
  'swid',
  'type',
  'version',
]);

/** Programs whose properties are read, because matching needs them. */
const KNOWN_PROPERTIES = /^(?:(?:plimsoll|syft|aquasecurity:trivy|bsi:component):|tern:os_guess$)/;

const GUESSED_SYSTEM = 'tern:os_guess';

function countNotTaken(
  document: JsonRecord,
  components: readonly unknown[],
  isOurs: boolean,
): NotTaken {
  const count = new NotTakenCount();
  // Parts of our own documents outside of properties are derived from the properties.
  const taken = isOurs ? [...TAKEN_OF_DOCUMENT, 'compositions'] : TAKEN_OF_DOCUMENT;
  count.count(document, new Set(taken));
  for (const component of components.filter(isRecord)) {
    count.count(component, TAKEN_OF_COMPONENT, 'components');
    const references = getRecords(component, 'externalReferences');
    const others = references.filter(
      (reference) => getText(reference, 'type') !== HOMEPAGE_REFERENCE,
    );
    count.addCount('externalReferences of components', others.length);
    const foreign = getRecords(component, 'properties').filter(
      (property) => !KNOWN_PROPERTIES.test(getText(property, 'name')),
    );
    count.addCount('properties of components', foreign.length);
  }
  return count.counts;
}

function readDocumentFacts(metadata: JsonRecord): DocumentFacts {
  const parties = [
    ...getRecords(metadata, 'authors'),
    getRecord(metadata, 'manufacturer') ?? getRecord(metadata, 'manufacture'),
    getRecord(metadata, 'supplier'),
  ];
  const tools = [
    ...getRecords(metadata, 'tools'),
    ...getRecords(getRecord(metadata, 'tools') ?? {}, 'components'),
  ];
  const createdAt = getGivenText(metadata, 'timestamp');
  const [context] = getRecords(metadata, 'lifecycles').flatMap(
    (each) => getGivenText(each, 'phase') ?? getGivenText(each, 'name') ?? [],
  );
  return {
    authors: parties.flatMap((party) => (party === undefined ? [] : formatPartyTexts(party))),
    tools: tools.flatMap((tool) => getGivenText(tool, 'name') ?? []),
    ...defined({ createdAt, context }),
  };
}

/** Name and addresses of a person or an organization as one string. */
function formatPartyTexts(party: JsonRecord): string[] {
  const contacts = getRecords(party, 'contact').map((contact) => getText(contact, 'email'));
  const addresses = [getText(party, 'email'), ...contacts, ...getTexts(party, 'url')];
  const text = [getText(party, 'name'), ...addresses].filter((part) => part !== '').join(' ');
  return text === '' ? [] : [text];
}

interface Context {
  readonly limits: Limits;
  readonly problems: DocumentProblems;
  readonly ownProperties: OwnProperties;
  /** Whether our own properties leave out facts for which the format has fields. */
  readonly isReduced: boolean;
}

/**
 * Returns the described component and all others including nested ones, in document order, at most
 * `documentRecordsMax`. OSV-Scalibr writes the first one without type and name: it is ignored, and
 * nothing is lost.
 */
function readComponents(document: JsonRecord, { limits, problems }: Context): readonly unknown[] {
  const subject = getRecord(getRecord(document, 'metadata') ?? {}, 'component');
  const found: unknown[] = [];
  const isNameless = subject !== undefined && getText(subject, 'name') === '';
  const about = isNameless ? getList(subject, 'components') : [subject].filter(isRecord);
  noteWrongList(document, 'components', problems);
  const open = [...about, ...getList(document, 'components')];
  open.reverse();
  while (open.length > 0) {
    if (found.length >= limits.documentRecordsMax) {
      problems.note(
        'P_LIMIT',
        'some components were not read: the document exceeds the limit documentRecordsMax',
      );
      break;
    }
    const component = open.pop();
    found.push(component);
    if (isRecord(component)) {
      noteWrongList(component, 'components', problems);
      const inner = getList(component, 'components');
      for (let index = inner.length - 1; index >= 0; index -= 1) {
        open.push(inner[index]);
      }
    }
  }
  return found;
}

/**
 * Returns the described component if it is the target, not a package: an image with a package URL,
 * or something with components but without an identity that advisories name.
 */
function findTarget(document: JsonRecord, metadata: JsonRecord): JsonRecord | undefined {
  const subject = getRecord(metadata, 'component') ?? {};
  const purl = getText(subject, 'purl');
  const isImage = getText(subject, 'type') === 'container' && /^pkg:(?:oci|docker)\//i.test(purl);
  const isNameAlone = purl === '' && getText(subject, 'cpe') === '';
  const hasOthers = getList(document, 'components').length > 0;
  return isImage || (isNameAlone && hasOthers) ? subject : undefined;
}

/** Snyk lists an image again as a package: `docker-image|alpine`. */
function isTargetAgain(component: unknown, metadata: JsonRecord): boolean {
  const subject = getRecord(metadata, 'component') ?? {};
  return (
    isComponent(subject, 'container') &&
    isRecord(component) &&
    getText(component, 'name') === `docker-image|${getText(subject, 'name')}`
  );
}

/** Tern states the title of the system as a property of the image. */
function findGuessedSystem(metadata: JsonRecord): Distro | undefined {
  const properties = readProperties(getRecord(metadata, 'component') ?? {});
  return findTitledSystem(properties.getText(GUESSED_SYSTEM) ?? '');
}

/**
 * Of components with one reference the first counts; without a reference their number identifies
 * them.
 */
function readPackageList(
  components: readonly unknown[],
  { limits, problems, ownProperties, isReduced }: Context,
): ReadPackage[] {
  const references = new Set<string>();
  const software = components.filter((each) => !isRecord(each) || isPackageComponent(each));
  return readRecords(software, {
    noun: 'component',
    limit: 'documentPackagesMax',
    limits,
    problems,
    read: (component) => {
      if (!isRecord(component)) {
        return undefined;
      }
      const context = { ownProperties, isReduced, number: references.size };
      const found = readComponentPackage(component, context);
      if (found === undefined || references.has(found.package.key)) {
        return undefined;
      }
      references.add(found.package.key);
      return found;
    },
  });
}

/**
 * The dependencies of a component. Ends that are not packages, such as the image itself, have no
 * edge.
 */
function readDependencies(
  document: JsonRecord,
  packages: readonly InventoryPackage[],
  context: Context,
): Relationship[] {
  const references = new Set(packages.map(({ key }) => key));
  const dependencies = readRecords(ownMember(document, 'dependencies'), {
    noun: 'dependency',
    ...context,
    read: (record) => (isRecord(record) && getText(record, 'ref') !== '' ? record : undefined),
  });
  return boundEdges(listEdges(dependencies, references), context);
}

function* listEdges(
  dependencies: readonly JsonRecord[],
  references: ReadonlySet<string>,
): Generator<Relationship> {
  for (const record of dependencies) {
    const to = getText(record, 'ref');
    const needed = references.has(to) ? getTexts(record, 'dependsOn') : [];
    for (const from of needed) {
      if (references.has(from) && from !== to) {
        yield { kind: 'dependency-of', from, to };
      }
    }
  }
}
