import {
  chooseReader,
  findReader,
  listReadableTitles,
  type ReaderChoice,
} from '../document/choose-reader.ts';
import { reconcileIdentities } from '../document/sbom/reconcile-identity.ts';
import type { DocumentContent } from '../foundation/core/document.ts';
import { UserError } from '../foundation/core/error.ts';
import type { Inventory, InventoryPackage, Relationship } from '../foundation/core/inventory.ts';
import type { Limits } from '../foundation/core/limits.ts';
import type { Problem } from '../foundation/core/problem.ts';
import type { Progress } from '../foundation/core/progress.ts';
import { formatCount } from '../foundation/core/screen-text.ts';
import type { DocumentPart, OpenDocument } from '../foundation/core/target.ts';
import { placePackages } from '../foundation/identity/package-distro.ts';
import { computePackageKey } from '../foundation/identity/package-key.ts';
import { compareFiles } from '../inventory/assemble/compare-files.ts';
import { mergeInventories } from '../inventory/assemble/merge-inventories.ts';
import { mergePackages } from '../inventory/assemble/package-merge.ts';
import { sortEdges } from '../inventory/assemble/relationship.ts';

export interface DocumentOptions {
  readonly limits: Limits;
  readonly progress: Progress;
  /** Replaces the name that the document gives its target. */
  readonly name?: string;
  /** Recognizes packages by the files in the document; if absent, they stay as listed. */
  recognize?(inventory: Inventory): Inventory;
}

/**
 * Returns the content of a document about its target, with the keys and the order of every
 * inventory; for a directory of documents, their combined content.
 *
 * @throws UserError `E_DOCUMENT_UNKNOWN` if no reader recognizes it, and the errors of its reader.
 */
export function readDocument(opened: OpenDocument, options: DocumentOptions): DocumentContent {
  const { progress, name } = options;
  progress.emit({ kind: 'stage-started', stage: 'catalog' });
  const { content: read, title } =
    opened.document.parts === undefined
      ? readOne(opened, options)
      : readFolder(opened, opened.document.parts, options);
  const inventory = withProblems(read.inventory, opened.problems);
  progress.emit({
    kind: 'stage-finished',
    stage: 'packages',
    count: inventory.packages.length,
    unit: 'packages',
  });
  progress.emit({ kind: 'stage-finished', stage: 'catalog', detail: title });
  return {
    ...read,
    inventory:
      name === undefined ? inventory : { ...inventory, target: { ...inventory.target, name } },
  };
}

function withProblems(inventory: Inventory, problems: readonly Problem[]): Inventory {
  return problems.length === 0
    ? inventory
    : { ...inventory, problems: [...problems, ...inventory.problems] };
}

interface Reading {
  readonly content: DocumentContent;
  /** The kind of document, for people. */
  readonly title: string;
}

function readOne(opened: OpenDocument, options: DocumentOptions): Reading {
  const { limits, progress } = options;
  const { description } = opened;
  const { reader, content, isAttested } = chooseDocumentReader(opened, limits);
  if (isAttested) {
    const message = `the signature of the attestation ${description.name} was not verified`;
    progress.emit({ kind: 'notice', level: 'warning', message });
  }
  let hasDuplicates = false;
  const read = reader.read(content, {
    limits,
    description,
    onDuplicateMember: () => {
      hasDuplicates = true;
    },
  });
  const placed = checkPackages(read.inventory, { limits, hasDuplicates });
  const recognized = options.recognize?.(placed) ?? placed;
  const isAsWritten =
    read.keys === 'stable' && recognized === placed && placed.packages === read.inventory.packages;
  const inventory = isAsWritten ? recognized : normalizeInventory(recognized);
  return { content: { ...read, inventory, keys: 'stable' }, title: reader.title };
}

/**
 * Compares the packages of a document with their package URLs, and records contradictions as
 * problems.
 */
function checkPackages(
  inventory: Inventory,
  { limits, hasDuplicates }: { readonly limits: Limits; readonly hasDuplicates: boolean },
): Inventory {
  const { packages, contradictions } = reconcileIdentities(inventory.packages);
  const messages = [...(hasDuplicates ? [DUPLICATE_MEMBERS] : []), ...contradictions];
  const room = Math.max(0, limits.problemsMax - inventory.problems.length);
  const listed = messages.slice(0, room).map((message): Problem => ({ code: 'P_RECORD', message }));
  return {
    ...inventory,
    ...placePackages(packages, inventory.distro),
    problems: [...inventory.problems, ...listed],
    problemsNotListed: inventory.problemsNotListed + messages.length - listed.length,
  };
}

const DUPLICATE_MEMBERS =
  'the document has an object with a duplicate member; only the last one was read';

/**
 * Documents that cannot be read are problems, unless none can be read. Findings are not combined.
 */
function readFolder(
  opened: OpenDocument,
  parts: readonly DocumentPart[],
  options: DocumentOptions,
): Reading {
  const inventories: Inventory[] = [];
  const problems: Problem[] = [];
  for (const part of parts) {
    try {
      inventories.push(readOne(toOpenDocument(opened, part), options).content.inventory);
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      problems.push({ code: 'P_UNSUPPORTED', message: error.message, path: part.name });
    }
  }
  const { description } = opened;
  if (inventories.length === 0) {
    throw new UserError(
      'E_DOCUMENT_UNKNOWN',
      `"${description.path}" is not a supported document (${listReadableTitles()})`,
    );
  }
  const merged = mergeInventories(inventories);
  const inventory = {
    ...merged,
    target: description,
    problems: [...problems, ...merged.problems],
  };
  return {
    content: { inventory, keys: 'stable' },
    title: formatCount(inventories.length, 'document'),
  };
}

function toOpenDocument(
  folder: OpenDocument,
  { name, content, fault }: DocumentPart,
): OpenDocument {
  if (content === undefined) {
    throw new UserError('E_TARGET_UNREADABLE', fault ?? `could not read "${name}"`);
  }
  const path = `${folder.description.path}/${name}`;
  return {
    ...folder,
    description: { ...folder.description, userInput: path, name, path, origin: 'file' },
    document: { content },
  };
}

function chooseDocumentReader(
  { description, document }: OpenDocument,
  limits: Limits,
): ReaderChoice {
  const { content } = document;
  const reader = document.format === undefined ? undefined : findReader(document.format);
  if (reader !== undefined) {
    return { reader, content, confidence: 1, isAttested: false };
  }
  const choice = chooseReader(content, limits);
  if (choice === undefined) {
    const subject = description.origin === 'stdin' ? 'standard input' : description.path;
    throw new UserError(
      'E_DOCUMENT_UNKNOWN',
      `${subject} is not a supported document (${listReadableTitles()})`,
      { hint: 'to read an image archive, write docker-archive:FILE or oci-archive:FILE' },
    );
  }
  return choice;
}

/**
 * Gives packages their keys instead of the IDs of the document, merges packages with equal keys,
 * and sorts all lists.
 */
function normalizeInventory(inventory: Inventory): Inventory {
  const packageById = new Map<string, InventoryPackage>();
  const packages = mergePackages(inventory.packages, (pkg) => {
    const { key: id, ...rest } = pkg;
    const renamed = { ...rest, key: computePackageKey(rest) };
    packageById.set(id, renamed);
    return renamed;
  });
  const edges = inventory.relationships.flatMap((edge) => updateEdge(edge, packageById));
  return {
    ...inventory,
    packages,
    files: inventory.files.toSorted(compareFiles),
    relationships: sortEdges(edges),
  };
}

/** Returns an empty list if both ends were merged into one package. */
function updateEdge(
  edge: Relationship,
  packageById: ReadonlyMap<string, InventoryPackage>,
): Relationship[] {
  const from = packageById.get(edge.from)?.key;
  if (from === undefined) {
    return [];
  }
  if (!('to' in edge)) {
    return [{ ...edge, from }];
  }
  const to = packageById.get(edge.to)?.key;
  return to === undefined || to === from ? [] : [{ ...edge, from, to }];
}
