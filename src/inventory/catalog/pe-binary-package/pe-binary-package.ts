import { posix } from 'node:path';
import { readPeResources } from '../../../foundation/bytes/pe/version-resources.ts';
import type {
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { listMagics } from '../../../foundation/core/executable-file.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { joinOnOneLine } from '../../ecosystem/dotnet/assembly-identity.ts';
import { digestMd5, indexMd5 } from '../content-digest.ts';

/** Strings of a version resource by their names, sorted. */
export interface PeFact {
  readonly texts: readonly (readonly [name: string, text: string])[];
  readonly md5?: string;
}

/**
 * Windows programs and libraries by their version resources. .NET assemblies are packages of
 * another type and are left out. The vendor chooses the name in the resources, so the name used by
 * advisories is unknown.
 */
export const peBinaryPackage: Cataloger<PeFact> = {
  id: 'pe-binary-package',
  alias: 'pe-binary-package-cataloger',
  version: 2,
  title: 'Windows programs and libraries',
  spec: 'https://learn.microsoft.com/en-us/windows/win32/menurc/vs-versioninfo',
  tags: ['binary', 'directory', 'dll', 'exe', 'image', 'installed', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  wants: [
    {
      role: 'program',
      magic: listMagics('pe'),
      maxBytes: 'wholeFileBytesMax',
    },
  ],
  extract,
  assemble: ({ facts }) => ({ packages: facts.flatMap(toPePackages), md5ByPath: indexMd5(facts) }),
};

/** Files with these names are programs and libraries; `.bpl` files are those of Delphi. */
const NAME = /\.(?:dll|exe|bpl)$/i;

function extract({ content, limits }: WantedFile): Extraction<PeFact> {
  const resources = readPeResources(content, limits);
  if (resources === undefined || resources.isManaged) {
    return {};
  }
  const texts = [...resources.versionTexts]
    .map(([name, text]) => [name, joinOnOneLine(text)] as const)
    .filter(([, text]) => text !== '')
    .sort(([left], [right]) => compareText(left, right));
  return { fact: { texts, md5: digestMd5(content) } };
}

function toPePackages({ path, otherNames = [], layer, fact }: VisibleFact<PeFact>): Package[] {
  const texts = new Map(fact.texts);
  return [path, ...otherNames]
    .filter((name) => NAME.test(name))
    .map((accessPath) => {
      const version = findPeVersion(texts);
      return {
        name: choosePeName(texts) || posix.basename(accessPath).replace(NAME, ''),
        version,
        type: 'binary',
        language: '',
        purl: toPePurl(texts, version),
        foundBy: peBinaryPackage.id,
        rule: 'the version resource of a Windows program or library',
        confidence: 0.6,
        locations: [
          {
            path: accessPath,
            accessPath,
            ...defined({ layer }),
            evidence: 'primary' as const,
          },
        ],
        licenses: [],
        cpes: [],
        upstreams: [],
        ownedFiles: [],
        metadata: {
          kind: 'pe-binary',
          value: { VersionResources: fact.texts.map(([key, value]) => ({ key, value })) },
        },
        yieldsToOwner: true,
      };
    });
}

type Texts = ReadonlyMap<string, string>;

const NAMES = ['ProductName', 'FileDescription', 'InternalName', 'OriginalFilename'] as const;
/** In files by Microsoft, the product name is that of Windows as a whole. */
const NAMES_OF_MICROSOFT = [...NAMES.slice(1), 'ProductName'] as const;

function choosePeName(texts: Texts): string {
  const isOfMicrosoft = ['CompanyName', 'ProductName'].some((name) =>
    (texts.get(name) ?? '').toLowerCase().includes('microsoft'),
  );
  const names: readonly string[] = isOfMicrosoft ? NAMES_OF_MICROSOFT : NAMES;
  return names.map((name) => texts.get(name) ?? '').find((name) => name !== '') ?? '';
}

function findPeVersion(texts: Texts): string {
  return (
    findVersionWords(texts.get('ProductVersion') ?? '') ||
    findVersionWords(texts.get('FileVersion') ?? '')
  );
}

/** Returns the words up to the first one without a digit that follows one with a digit. */
function findVersionWords(text: string): string {
  const words = text.split(' ').filter((word) => word !== '');
  const numbered = words.findIndex((word) => /\d/.test(word));
  const rest = words.findIndex((word, at) => numbered >= 0 && at > numbered && !/\d/.test(word));
  return words.slice(0, rest < 0 ? words.length : rest).join(' ');
}

const KNOWN_PRODUCT = 'ghostscript';

/** The only product with vulnerabilities that are published by package URL. */
function toPePurl(texts: Texts, version: string): string {
  const product = (texts.get('ProductName') ?? texts.get('FileDescription') ?? '').toLowerCase();
  return version !== '' && product.includes(KNOWN_PRODUCT)
    ? writePurl({ type: 'generic', name: KNOWN_PRODUCT, version })
    : '';
}
