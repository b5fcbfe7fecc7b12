import { isExecutableFile } from '../../foundation/core/executable-file.ts';
import type { FileType } from '../../foundation/core/file-table.ts';
import type { ExecutableFacts, Inventory, InventoryFile } from '../../foundation/core/inventory.ts';
import type { Problem } from '../../foundation/core/problem.ts';
import type { FileIds } from './file-id.ts';
import { type Coordinates, createCoordinateOrder } from './layer-order.ts';
import { mapAliases } from './packages.ts';
import { selectEdges } from './peer-edges.ts';
import { FILE_TYPES, MODE_BITS } from './vocabulary.data.ts';

/** Bits of Go's `fs.FileMode`, which Syft prints instead of those of POSIX. */
const GO_TYPE_BITS: Readonly<Record<FileType, number>> = {
  regular: 0,
  directory: 2 ** 31,
  symlink: 2 ** 27,
  hardlink: 0,
  'character-device': 2 ** 26 + 2 ** 21,
  'block-device': 2 ** 26,
  fifo: 2 ** 25,
  other: 2 ** 19,
};

interface FileParts {
  readonly path: string;
  readonly layer: string | undefined;
  file?: InventoryFile;
  isRelated?: boolean;
  /** Whether only edges that Syft does not have lead to the file. */
  isOnlyOurs?: boolean;
  readonly unknowns: string[];
}

/**
 * Yields the files one at a time: all models together would need more memory than the inventory.
 *
 * `isParity`: an executable without a package has neither metadata nor digests, and is marked as
 * such, as in Syft's documents.
 */
export function* createFileModels(
  files: readonly FileParts[],
  ids: FileIds,
  isParity: boolean,
): Generator<object> {
  for (const parts of files) {
    yield createFileModel(parts, ids, isParity);
  }
}

/**
 * Returns the files by layer and path: those of the inventory, the ends of edges, and the subjects
 * of problems, so that no edge is dangling.
 *
 * `isParity`: files that only belong to packages without files in Syft's documents are omitted.
 */
export function collectFileParts(inventory: Inventory, isParity: boolean): readonly FileParts[] {
  const byLayer = new Map<string, Map<string, FileParts>>();
  const getParts = ({ path, layer }: Coordinates): FileParts => {
    let ofLayer = byLayer.get(layer ?? '');
    if (ofLayer === undefined) {
      ofLayer = new Map();
      byLayer.set(layer ?? '', ofLayer);
    }
    let known = ofLayer.get(path);
    if (known === undefined) {
      known = { path, layer, unknowns: [] };
      ofLayer.set(path, known);
    }
    return known;
  };
  for (const file of inventory.files) {
    getParts(file).file = file;
  }
  const { written, onlyOurs } = selectEdges(inventory, isParity);
  for (const edge of onlyOurs) {
    if (edge.kind === 'contains-file') {
      getParts(edge).isOnlyOurs = true;
    }
  }
  for (const edge of written) {
    if (edge.kind === 'contains-file' || edge.kind === 'needs-file') {
      getParts(edge).isRelated = true;
    } else if (edge.kind === 'evident-by') {
      getParts(edge.location).isRelated = true;
    }
  }
  const aliases = mapAliases(inventory);
  for (const problem of inventory.problems) {
    if (problem.path !== undefined) {
      const { path, layer } = problem;
      getParts({ path, layer }).unknowns.push(formatUnknown(problem, aliases));
    }
  }
  const order = createCoordinateOrder(inventory);
  return [...byLayer.values()]
    .flatMap((ofLayer) => [...ofLayer.values()])
    .filter((one) => !isUnknownToPeer(one))
    .sort(order);
}

function isUnknownToPeer({ isOnlyOurs, isRelated, file, unknowns }: FileParts): boolean {
  const isExecutable = file !== undefined && isExecutableFile(file);
  const isWritten = isRelated === true || isExecutable || unknowns.length > 0;
  return isOnlyOurs === true && !isWritten;
}

function formatUnknown(problem: Problem, aliases: ReadonlyMap<string, string>): string {
  const line = problem.line === undefined ? '' : ` (line ${problem.line})`;
  if (problem.plugin === undefined) {
    return problem.message + line;
  }
  return `${aliases.get(problem.plugin) ?? problem.plugin}: ${problem.message}${line}`;
}

function createFileModel(parts: FileParts, ids: FileIds, isParity: boolean): object {
  const { path, layer, file } = parts;
  const isExecutable = file !== undefined && isExecutableFile(file);
  const isLone = isParity && parts.isRelated !== true && isExecutable;
  const unknowns = isLone
    ? [...parts.unknowns, 'unknowns-labeler: no package identified in executable file']
    : parts.unknowns;
  return {
    id: ids.getId(path, layer),
    location: { path, layerID: layer },
    metadata: file && !isLone ? createMetadataModel(file) : undefined,
    digests: file && !isLone ? digestModels(file) : undefined,
    executable: file?.executable && createExecutableModel(file.executable, isParity),
    unknowns: unknowns.length > 0 ? unknowns : undefined,
  };
}

function createMetadataModel(file: InventoryFile): object {
  return {
    mode: toOctalDigits(file),
    type: FILE_TYPES.write(file.type),
    linkDestination: file.linkTarget === '' ? undefined : file.linkTarget,
    userID: file.uid,
    groupID: file.gid,
    mimeType: file.mimeType,
    size: file.sizeBytes,
  };
}

/** Syft prints the octal digits of the mode as a decimal number: 0o755 is 755. */
function toOctalDigits({ mode, type }: InventoryFile): number {
  const special = MODE_BITS.reduce((sum, { bit, goBit }) => (mode & bit ? sum + goBit : sum), 0);
  return Number((GO_TYPE_BITS[type] + special + (mode & 0o777)).toString(8));
}

interface DigestModel {
  readonly algorithm: string;
  readonly value: string;
}

function digestModels({
  sha1,
  sha256,
  otherDigests,
}: InventoryFile): readonly DigestModel[] | undefined {
  const digests: DigestModel[] = [];
  addDigest(digests, 'md5', otherDigests?.md5);
  addDigest(digests, 'sha1', sha1);
  addDigest(digests, 'sha224', otherDigests?.sha224);
  addDigest(digests, 'sha256', sha256);
  addDigest(digests, 'sha384', otherDigests?.sha384);
  addDigest(digests, 'sha512', otherDigests?.sha512);
  return digests.length > 0 ? digests : undefined;
}

function addDigest(digests: DigestModel[], algorithm: string, value: string | undefined): void {
  if (value !== undefined) {
    digests.push({ algorithm, value });
  }
}

/**
 * Syft detects fortified functions and control flow integrity only in `.symtab`, so it reports
 * neither for a stripped file. We write Syft's values there, because programs compare these
 * documents.
 *
 * `isParity`: for a PE file, Syft reports no imports, and an entry point only if the linker left a
 * symbol for it, which is rare.
 */
function createExecutableModel(facts: ExecutableFacts, isParity: boolean): object {
  const { security } = facts;
  const hasSymbolTable = security?.symbolTableStripped === false;
  const isBlind = isParity && facts.format === 'pe';
  return {
    format: facts.format,
    hasExports: facts.hasExports,
    hasEntrypoint: facts.hasEntrypoint && !isBlind,
    importedLibraries: isBlind ? [] : facts.importedLibraries,
    elfSecurityFeatures: security && {
      symbolTableStripped: security.symbolTableStripped,
      stackCanary: security.stackCanary,
      nx: security.nx,
      relRO: security.relRo,
      pie: security.pie,
      dso: security.dso,
      safeStack: security.safeStack,
      cfi: hasSymbolTable ? security.cfi : undefined,
      fortify: hasSymbolTable ? security.fortify : undefined,
    },
  };
}
