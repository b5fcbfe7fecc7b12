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
import { isRecord } from '../../text/json.ts';
import { isPackageComponent, packageOfComponent } from './component-record.ts';
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
  const components = componentsOf(document, limits, problems);
  const packages = packagesOf(components, limits, problems);
  const relationships = relationshipsOf(document, packages, { limits, problems });
  return {
    inventory: {
      target: description,
      distro: distroAmong(components) ?? distroOfPackages(packages, problems),
      packages,
      files: [],
      relationships,
      problems: problems.listed,
      problemsNotListed: problems.notListed,
      catalogers: [],
      layerBytes: [],
      scope: 'squashed',
    },
    keys: 'document',
  };
}

/**
 * The component that the document is about, and all others with those in them, as they stand in the
 * document, at most `recordsMax`.
 */
function componentsOf(
  document: JsonRecord,
  limits: Limits,
  problems: DocumentProblems,
): readonly unknown[] {
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
  limits: Limits,
  problems: DocumentProblems,
): InventoryPackage[] {
  const references = new Set<string>();
  const packages = readRecords(components, {
    noun: 'component',
    limits,
    problems,
    read: (component): readonly InventoryPackage[] | undefined => {
      if (!isRecord(component)) {
        return undefined;
      }
      if (!isPackageComponent(component)) {
        return [];
      }
      const item = packageOfComponent(component, `component ${references.size}`);
      if (item === undefined || references.has(item.key)) {
        return undefined;
      }
      references.add(item.key);
      return [item];
    },
  });
  return packages.flat();
}

interface EdgeOptions {
  readonly limits: Limits;
  readonly problems: DocumentProblems;
}

/** What a component depends on. Ends that are no packages, such as the image itself, have no edge. */
function relationshipsOf(
  document: JsonRecord,
  packages: readonly InventoryPackage[],
  options: EdgeOptions,
): Relationship[] {
  const references = new Set(packages.map(({ key }) => key));
  const edges = readRecords(ownMember(document, 'dependencies'), {
    noun: 'dependency',
    ...options,
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
