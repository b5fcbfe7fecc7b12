import type {
  DocumentContent,
  DocumentReader,
  ReadDocumentOptions,
} from '../../../core/document.ts';
import { UserError } from '../../../core/error.ts';
import type { InventoryPackage, Relationship } from '../../../core/inventory.ts';
import type { Limits } from '../../../core/limits.ts';
import { parseBoundedJson } from '../../json/bounded-json.ts';
import { DocumentProblems, readRecords } from '../../json/document-records.ts';
import { ownMember } from '../../json/guard.ts';
import { jsonHead } from '../../json/json-head.ts';
import { type JsonRecord, listIn, recordIn, textIn, textsIn } from '../../json/member.ts';
import { OwnProperties } from '../../sbom/own-properties.ts';
import { propertiesOfRecord } from '../../sbom/property.ts';
import { isRecord } from '../../text/json.ts';
import {
  type ComponentPackage,
  isPackageComponent,
  packageOfComponent,
} from './component-record.ts';
import { distroAmong, distroOfPackages } from './distro-component.ts';

const SUBJECT = 'The CycloneDX document';
const FORMAT = 'CycloneDX';

/** CycloneDX of any version that has a form in JSON, from 1.2 on. */
export const cyclonedxJson: DocumentReader = {
  id: 'cyclonedx-json',
  title: 'CycloneDX JSON',
  spec: 'https://cyclonedx.org/specification/overview/',
  recognises,
  read,
};

/** The member `bomFormat` is required, but may stand anywhere. */
function recognises(head: Uint8Array): number {
  const { names = [], texts } = jsonHead(head) ?? {};
  if (texts?.get('bomFormat') === FORMAT) {
    return 1;
  }
  return names.includes('specVersion') && names.includes('components') ? 0.8 : 0;
}

function read(content: Uint8Array, { limits, description }: ReadDocumentOptions): DocumentContent {
  const document = parseBoundedJson(content, { subject: SUBJECT, limits });
  if (!isRecord(document) || textIn(document, 'bomFormat') !== FORMAT) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} does not say that it is one.`);
  }
  const problems = new DocumentProblems(cyclonedxJson.id, limits);
  const ownProperties = new OwnProperties(limits);
  // The document's own problems come first, and all others are found while the lists are read.
  const own = ownProperties.inventoryOf(propertiesOfRecord(recordIn(document, 'metadata') ?? {}));
  own.problems.forEach((problem) => problems.add(problem));
  problems.addNotListed(own.problemsNotListed);
  const context = { limits, problems, ownProperties };
  const components = componentsOf(document, context);
  const found = packagesOf(components, context);
  const packages = found.map((one) => one.package);
  const relationships = [...relationshipsOf(document, packages, context), ...ownershipOf(found)];
  return {
    inventory: {
      target: description,
      distro: distroAmong(components, ownProperties) ?? distroOfPackages(packages, problems),
      packages,
      files: [],
      relationships,
      problems: problems.listed,
      problemsNotListed: problems.notListed,
      catalogers: own.catalogers,
      layerBytes: [],
      scope: own.scope ?? 'squashed',
    },
    keys: 'document',
  };
}

interface Context {
  readonly limits: Limits;
  readonly problems: DocumentProblems;
  readonly ownProperties: OwnProperties;
}

/**
 * The component that the document is about, and all others with those in them, as they stand in the
 * document, at most `recordsMax`.
 */
function componentsOf(document: JsonRecord, { limits, problems }: Context): readonly unknown[] {
  const subject = recordIn(recordIn(document, 'metadata') ?? {}, 'component');
  const found: unknown[] = [];
  const open = [...(subject === undefined ? [] : [subject]), ...listIn(document, 'components')];
  open.reverse();
  while (open.length > 0) {
    if (found.length >= limits.recordsMax) {
      problems.note('P_LIMIT', 'Components beyond the limit recordsMax were not read.');
      break;
    }
    const component = open.pop();
    found.push(component);
    if (isRecord(component)) {
      for (const inner of listIn(component, 'components').toReversed()) {
        open.push(inner);
      }
    }
  }
  return found;
}

/** Of components with one reference the first counts; without one they have their number. */
function packagesOf(
  components: readonly unknown[],
  { limits, problems, ownProperties }: Context,
): ComponentPackage[] {
  const references = new Set<string>();
  const packages = readRecords(components, {
    noun: 'component',
    limits,
    problems,
    read: (component): readonly ComponentPackage[] | undefined => {
      if (!isRecord(component)) {
        return undefined;
      }
      if (!isPackageComponent(component)) {
        return [];
      }
      const number = `component ${references.size}`;
      const found = packageOfComponent(component, { ownProperties, number });
      if (found === undefined || references.has(found.package.key)) {
        return undefined;
      }
      references.add(found.package.key);
      return [found];
    },
  });
  return packages.flat();
}

/**
 * What a component depends on. Ends that are no packages, such as the image itself, have no edge.
 */
function relationshipsOf(
  document: JsonRecord,
  packages: readonly InventoryPackage[],
  { limits, problems }: Context,
): Relationship[] {
  const references = new Set(packages.map(({ key }) => key));
  const edges = readRecords(ownMember(document, 'dependencies'), {
    noun: 'dependency',
    limits,
    problems,
    read: (record) => {
      const to = isRecord(record) ? textIn(record, 'ref') : '';
      if (!isRecord(record) || to === '') {
        return undefined;
      }
      const needed = references.has(to) ? textsIn(record, 'dependsOn') : [];
      return needed
        .filter((from) => references.has(from) && from !== to)
        .map((from): Relationship => ({ kind: 'dependency-of', from, to }));
    },
  });
  const evidence = packages.flatMap(({ key, locations }) =>
    locations.map((location): Relationship => ({ kind: 'evident-by', from: key, location })),
  );
  return [...edges.flat(), ...evidence];
}

/** Who owns whom stands in our own properties, by the keys that packages had. */
function ownershipOf(found: readonly ComponentPackage[]): Relationship[] {
  const referenceByKey = new Map(
    found.flatMap(({ package: { key }, own }) =>
      own === undefined ? [] : [[own.key, key] as const],
    ),
  );
  return found.flatMap(({ package: { key: from }, own }) =>
    (own?.ownedPackages ?? []).flatMap(({ key, paths }): Relationship[] => {
      const to = referenceByKey.get(key);
      return to === undefined ? [] : [{ kind: 'owns-package', from, to, paths }];
    }),
  );
}
