import type { FileType } from '../../core/file-table.ts';
import type { ExecutableFacts, InventoryFile } from '../../core/inventory.ts';
import type { Problem } from '../../core/problem.ts';
import {
  countIn,
  flagIn,
  givenText,
  type JsonRecord,
  recordIn,
  recordsIn,
  textIn,
  textsIn,
  withoutAbsent,
} from '../../syntax/json/member.ts';

const FILE_TYPES: ReadonlyMap<string, FileType> = new Map([
  ['RegularFile', 'regular'],
  ['Directory', 'directory'],
  ['SymbolicLink', 'symlink'],
  ['HardLink', 'hardlink'],
  ['CharacterDevice', 'character-device'],
  ['BlockDevice', 'block-device'],
  ['FIFONode', 'fifo'],
]);

/** Bits of Go's `fs.FileMode`, which Syft prints instead of those of POSIX. */
const GO_BITS: readonly (readonly [number, number])[] = [
  [2 ** 23, 0o4000],
  [2 ** 22, 0o2000],
  [2 ** 20, 0o1000],
];

/** Place of a file of the document. */
export interface FilePlace {
  readonly path: string;
  readonly layer?: string;
}

export function placeOfFile(file: JsonRecord): FilePlace | undefined {
  const location = recordIn(file, 'location') ?? {};
  const path = givenText(location, 'path');
  const layer = givenText(location, 'layerID');
  return path === undefined ? undefined : { path, ...(layer === undefined ? {} : { layer }) };
}

/** Returns `undefined` if the document only has the place of the file. */
export function fileOf(file: JsonRecord, place: FilePlace): InventoryFile | undefined {
  const metadata = recordIn(file, 'metadata');
  const executable = recordIn(file, 'executable');
  if (metadata === undefined && executable === undefined) {
    return undefined;
  }
  const digests = new Map(
    recordsIn(file, 'digests').map((each) => [textIn(each, 'algorithm'), textIn(each, 'value')]),
  );
  const told = metadata ?? {};
  return withoutAbsent<InventoryFile>({
    ...place,
    layer: place.layer,
    type: FILE_TYPES.get(textIn(told, 'type')) ?? (metadata === undefined ? 'regular' : 'other'),
    mode: modeOf(countIn(told, 'mode')),
    uid: countIn(told, 'userID'),
    gid: countIn(told, 'groupID'),
    sizeBytes: countIn(told, 'size'),
    mimeType: textIn(told, 'mimeType'),
    linkTarget: givenText(told, 'linkDestination'),
    sha256: digests.get('sha256'),
    sha1: digests.get('sha1'),
    executable: executable === undefined ? undefined : executableOf(executable),
  });
}

/** The number is the octal digits of the mode read as decimal ones. */
function modeOf(digits: number): number {
  const mode = Number.parseInt(String(digits), 8);
  if (!Number.isSafeInteger(mode)) {
    return 0;
  }
  return GO_BITS.reduce(
    (sum, [goBit, bit]) => (Math.floor(mode / goBit) % 2 === 1 ? sum + bit : sum),
    mode % 0o1000,
  );
}

function executableOf(executable: JsonRecord): ExecutableFacts | undefined {
  const format = textIn(executable, 'format');
  if (format !== 'elf' && format !== 'macho' && format !== 'pe') {
    return undefined;
  }
  const features = recordIn(executable, 'elfSecurityFeatures');
  return withoutAbsent<ExecutableFacts>({
    format,
    hasExports: flagIn(executable, 'hasExports') ?? false,
    hasEntrypoint: flagIn(executable, 'hasEntrypoint') ?? false,
    importedLibraries: textsIn(executable, 'importedLibraries'),
    security: features === undefined ? undefined : securityOf(features),
    buildId: undefined,
    interpreter: undefined,
  });
}

function securityOf(features: JsonRecord): NonNullable<ExecutableFacts['security']> {
  const relRo = textIn(features, 'relRO');
  return withoutAbsent<NonNullable<ExecutableFacts['security']>>({
    symbolTableStripped: flagIn(features, 'symbolTableStripped') ?? false,
    stackCanary: flagIn(features, 'stackCanary'),
    nx: flagIn(features, 'nx') ?? false,
    relRo: relRo === 'full' || relRo === 'partial' ? relRo : 'none',
    pie: flagIn(features, 'pie') ?? false,
    dso: flagIn(features, 'dso') ?? false,
    safeStack: flagIn(features, 'safeStack'),
    cfi: flagIn(features, 'cfi'),
    fortify: flagIn(features, 'fortify'),
  });
}

/** Only a remark of Syft: a program without a package is not unreadable. */
const REMARK = 'unknowns-labeler:';

/** Errors in reading the file: `cataloger: sentence`, possibly with a line. */
export function problemsOfFile(file: JsonRecord, place: FilePlace): readonly Problem[] {
  return textsIn(file, 'unknowns')
    .filter((text) => !text.startsWith(REMARK))
    .map((text): Problem => {
      const colon = text.indexOf(': ');
      const isNamed = colon > 0 && !text.slice(0, colon).includes(' ');
      const sentence = isNamed ? text.slice(colon + 2) : text;
      return {
        code: 'P_RECORD',
        message: sentence,
        ...(isNamed ? { plugin: text.slice(0, colon) } : {}),
        ...place,
      };
    });
}
