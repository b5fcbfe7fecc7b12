import type { DocumentContent, DocumentReader, ReadDocumentOptions } from '../../core/document.ts';
import { UserError } from '../../core/error.ts';
import {
  type CatalogerRun,
  type InventoryFile,
  type InventoryPackage,
  type Relationship,
  SCOPES,
  type Scope,
} from '../../core/inventory.ts';
import type { Limits } from '../../core/limits.ts';
import { parseBoundedJson } from '../../syntax/json/bounded-json.ts';
import { DocumentProblems, readRecords } from '../../syntax/json/document-records.ts';
import { isRecord, ownMember } from '../../syntax/json/guard.ts';
import { jsonHead } from '../../syntax/json/json-head.ts';
import {
  countIn,
  type JsonRecord,
  recordIn,
  recordsIn,
  textIn,
  textsIn,
} from '../../syntax/json/member.ts';
import { evidenceEdges } from '../sbom/document-edge.ts';
import { isProblem } from '../sbom/inventory-shape.ts';
import { relationshipOf } from './edge-record.ts';
import { type FilePlace, fileOf, placeOfFile, problemsOfFile } from './file-record.ts';
import { packageOfArtifact } from './package-record.ts';
import { distroOf, sourceOf } from './source-record.ts';

const SUBJECT = 'the Syft document';

/** Syft's own document with any schema since its first, also as we write it. */
export const syftJson: DocumentReader = {
  id: 'syft-json',
  title: 'Syft JSON',
  spec: 'https://github.com/anchore/syft/tree/main/schema/json',
  recognises,
  read,
};

/** No other document has its artifacts, and the start of few documents is conclusive. */
function recognises(head: Uint8Array): number {
  const { names = [], texts } = jsonHead(head) ?? {};
  if (texts?.get('schema.url')?.includes('/syft/') === true) {
    return 1;
  }
  return names.includes('artifacts') || names.includes('artifactRelationships') ? 0.9 : 0;
}

function read(
  content: Uint8Array,
  { limits, description, onDuplicateMember }: ReadDocumentOptions,
): DocumentContent {
  const document = parseBoundedJson(content, { subject: SUBJECT, limits, onDuplicateMember });
  if (!isRecord(document) || !Array.isArray(ownMember(document, 'artifacts'))) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} has no list of artifacts`);
  }
  const problems = new DocumentProblems(syftJson.id, limits);
  const context = { document, limits, problems };
  const packages = packagesOf(context);
  const { files, filesById } = filesOf(context);
  const relationships = relationshipsOf(context, packages, filesById);
  addProblemsOfNoFile(context);
  const source = sourceOf(recordIn(document, 'source') ?? {});
  return {
    inventory: {
      target: source?.target ?? description,
      distro: distroOf(recordIn(document, 'distro') ?? {}),
      packages,
      files,
      relationships,
      problems: problems.listed,
      problemsNotListed: problems.notListed,
      catalogers: catalogersOf(document),
      layerBytes: source?.layerBytes ?? [],
      scope: scopeOf(document),
    },
    keys: 'document',
  };
}

interface Context {
  readonly document: JsonRecord;
  readonly limits: Limits;
  readonly problems: DocumentProblems;
}

/** Of artifacts with one ID the first counts. */
function packagesOf({ document, limits, problems }: Context): InventoryPackage[] {
  const ids = new Set<string>();
  return readRecords(ownMember(document, 'artifacts'), {
    noun: 'artifact',
    limit: 'documentPackagesMax',
    limits,
    problems,
    read: (record) => {
      const item = isRecord(record) ? packageOfArtifact(record) : undefined;
      if (item === undefined || ids.has(item.key)) {
        return undefined;
      }
      ids.add(item.key);
      return item;
    },
  });
}

interface Files {
  readonly files: readonly InventoryFile[];
  readonly filesById: ReadonlyMap<string, FilePlace>;
}

function filesOf({ document, limits, problems }: Context): Files {
  const filesById = new Map<string, FilePlace>();
  const files = readRecords(ownMember(document, 'files'), {
    noun: 'file',
    limits,
    problems,
    read: (record) => {
      const place = isRecord(record) ? placeOfFile(record) : undefined;
      if (!isRecord(record) || place === undefined) {
        return undefined;
      }
      filesById.set(textIn(record, 'id'), place);
      for (const problem of problemsOfFile(record, place)) {
        problems.add(problem);
      }
      return [fileOf(record, place)].filter((file) => file !== undefined);
    },
  });
  return { files: files.flat(), filesById };
}

function relationshipsOf(
  { document, limits, problems }: Context,
  packages: readonly InventoryPackage[],
  filesById: ReadonlyMap<string, FilePlace>,
): Relationship[] {
  const packageIds = new Set(packages.map(({ key }) => key));
  const edges = readRecords(ownMember(document, 'artifactRelationships'), {
    noun: 'relationship',
    limits,
    problems,
    read: (record) =>
      isRecord(record) ? relationshipOf(record, { packageIds, filesById }) : undefined,
  });
  return [...edges.flat(), ...evidenceEdges(packages)];
}

/** Our document has a member for data without one in Syft's schema. */
function addProblemsOfNoFile({ document, problems }: Context): void {
  const own = recordIn(configurationOf(document), 'problems') ?? {};
  for (const problem of recordsIn(own, 'listed')) {
    if (isProblem(problem)) {
      problems.add(problem);
    } else {
      problems.note('P_RECORD', textIn(problem, 'message'));
    }
  }
  problems.addNotListed(countIn(own, 'notListed'));
}

function catalogersOf(document: JsonRecord): CatalogerRun[] {
  const used = textsIn(recordIn(configurationOf(document), 'catalogers') ?? {}, 'used');
  return [...new Set(used)].map((name) => ({ id: name, alias: name, version: 0 }));
}

function scopeOf(document: JsonRecord): Scope {
  const scope = textIn(recordIn(configurationOf(document), 'search') ?? {}, 'scope');
  return SCOPES.find((each) => each === scope) ?? 'squashed';
}

function configurationOf(document: JsonRecord): JsonRecord {
  return recordIn(recordIn(document, 'descriptor') ?? {}, 'configuration') ?? {};
}
