import { defined } from '../../foundation/core/defined.ts';
import type { ExecutableFacts, InventoryFile } from '../../foundation/core/inventory.ts';
import type { Problem } from '../../foundation/core/problem.ts';
import {
  dropAbsent,
  getCount,
  getFlag,
  getGivenText,
  getRecord,
  getRecords,
  getText,
  getTexts,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import { FILE_TYPES, MODE_BITS } from './vocabulary.data.ts';

/** Location of a file in the document. */
export interface FilePlace {
  readonly path: string;
  readonly layer?: string;
}

export function placeOfFile(file: JsonRecord): FilePlace | undefined {
  const location = getRecord(file, 'location') ?? {};
  const path = getGivenText(location, 'path');
  const layer = getGivenText(location, 'layerID');
  return path === undefined ? undefined : { path, ...defined({ layer }) };
}

/** Returns `undefined` if the document only has the place of the file. */
export function readFile(file: JsonRecord, place: FilePlace): InventoryFile | undefined {
  const metadata = getRecord(file, 'metadata');
  const executable = getRecord(file, 'executable');
  if (metadata === undefined && executable === undefined) {
    return undefined;
  }
  const digests = new Map(
    getRecords(file, 'digests').map((each) => [getText(each, 'algorithm'), getText(each, 'value')]),
  );
  const facts = metadata ?? {};
  return dropAbsent<InventoryFile>({
    ...place,
    layer: place.layer,
    type:
      FILE_TYPES.values.get(getText(facts, 'type')) ??
      (metadata === undefined ? 'regular' : 'other'),
    mode: parseMode(getCount(facts, 'mode')),
    uid: getCount(facts, 'userID'),
    gid: getCount(facts, 'groupID'),
    sizeBytes: getCount(facts, 'size'),
    mimeType: getText(facts, 'mimeType'),
    linkTarget: getGivenText(facts, 'linkDestination'),
    sha256: digests.get('sha256'),
    sha1: digests.get('sha1'),
    executable: executable === undefined ? undefined : readExecutable(executable),
  });
}

/** The number is the octal digits of the mode read as decimal ones. */
function parseMode(digits: number): number {
  const mode = Number.parseInt(String(digits), 8);
  if (!Number.isSafeInteger(mode)) {
    return 0;
  }
  return MODE_BITS.reduce(
    (sum, { bit, goBit }) => (Math.floor(mode / goBit) % 2 === 1 ? sum + bit : sum),
    mode % 0o1000,
  );
}

function readExecutable(executable: JsonRecord): ExecutableFacts | undefined {
  const format = getText(executable, 'format');
  if (format !== 'elf' && format !== 'macho' && format !== 'pe') {
    return undefined;
  }
  const features = getRecord(executable, 'elfSecurityFeatures');
  return dropAbsent<ExecutableFacts>({
    format,
    hasExports: getFlag(executable, 'hasExports') ?? false,
    hasEntrypoint: getFlag(executable, 'hasEntrypoint') ?? false,
    importedLibraries: getTexts(executable, 'importedLibraries'),
    security: features === undefined ? undefined : readSecurity(features),
    buildId: undefined,
    interpreter: undefined,
  });
}

function readSecurity(features: JsonRecord): NonNullable<ExecutableFacts['security']> {
  const relRo = getText(features, 'relRO');
  return dropAbsent<NonNullable<ExecutableFacts['security']>>({
    symbolTableStripped: getFlag(features, 'symbolTableStripped') ?? false,
    stackCanary: getFlag(features, 'stackCanary'),
    nx: getFlag(features, 'nx') ?? false,
    relRo: relRo === 'full' || relRo === 'partial' ? relRo : 'none',
    pie: getFlag(features, 'pie') ?? false,
    dso: getFlag(features, 'dso') ?? false,
    safeStack: getFlag(features, 'safeStack'),
    cfi: getFlag(features, 'cfi'),
    fortify: getFlag(features, 'fortify'),
  });
}

/** Only a remark of Syft: a program without a package is not unreadable. */
const REMARK = 'unknowns-labeler:';

/** Errors in reading the file: `cataloger: sentence`, possibly with a line. */
export function readFileProblems(file: JsonRecord, place: FilePlace): readonly Problem[] {
  return getTexts(file, 'unknowns')
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
