import { posix } from 'node:path';
import { readPeResources } from '../../bytes/pe/version-resources.ts';
import type { Cataloger, Extraction, VisibleFact, WantedFile } from '../../core/cataloger.ts';
import { compareText } from '../../core/compare-text.ts';
import { listMagics } from '../../core/executable-file.ts';
import type { Package } from '../../core/package.ts';
import { writePurl } from '../../identity/purl/purl.ts';
import { contentMd5, md5ByPath } from '../content-md5.ts';

/** Texts of a version resource by their names, sorted. */
export interface PeFact {
  readonly texts: readonly (readonly [name: string, text: string])[];
  readonly md5?: string;
}

/**
 * Programs and libraries of Windows by their version resources. Assemblies of .NET are packages of
 * another kind, and are left out. What a program is called in its resources is its maker's choice:
 * nothing tells under which name its vulnerabilities are published.
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
  assemble: ({ facts }) => ({ packages: facts.flatMap(packagesOf), md5ByPath: md5ByPath(facts) }),
};

/** With these names files are taken for programs and libraries; `.bpl` are those of Delphi. */
const NAME = /\.(?:dll|exe|bpl)$/i;

function extract({ content, limits }: WantedFile): Extraction<PeFact> {
  const resources = readPeResources(content, limits);
  if (resources === undefined || resources.isManaged) {
    return {};
  }
  const texts = [...resources.versionTexts]
    .map(([name, text]) => [name, onOneLine(text)] as const)
    .filter(([, text]) => text !== '')
    .sort(([left], [right]) => compareText(left, right));
  return { fact: { texts, md5: contentMd5(content) } };
}

function onOneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\s\u00a0]+/g, ' ')
    .replaceAll(/[\0-\u001f]/g, '')
    .trim();
}

function packagesOf({ path, otherNames = [], layer, fact }: VisibleFact<PeFact>): Package[] {
  const texts = new Map(fact.texts);
  return [path, ...otherNames]
    .filter((name) => NAME.test(name))
    .map((accessPath) => {
      const version = versionOf(texts);
      return {
        name: nameOf(texts) || posix.basename(accessPath).replace(NAME, ''),
        version,
        type: 'binary',
        language: '',
        purl: purlOf(texts, version),
        foundBy: peBinaryPackage.id,
        rule: 'the version resource of a Windows program or library',
        confidence: 0.6,
        locations: [
          {
            path: accessPath,
            accessPath,
            ...(layer === undefined ? {} : { layer }),
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
/** Files of Microsoft have the name of all Windows as that of their product. */
const NAMES_OF_MICROSOFT = [...NAMES.slice(1), 'ProductName'] as const;

function nameOf(texts: Texts): string {
  const isOfMicrosoft = ['CompanyName', 'ProductName'].some((name) =>
    (texts.get(name) ?? '').toLowerCase().includes('microsoft'),
  );
  const names: readonly string[] = isOfMicrosoft ? NAMES_OF_MICROSOFT : NAMES;
  return names.map((name) => texts.get(name) ?? '').find((name) => name !== '') ?? '';
}

function versionOf(texts: Texts): string {
  return versionIn(texts.get('ProductVersion') ?? '') || versionIn(texts.get('FileVersion') ?? '');
}

/** Words up to the first one without a digit that follows one with. */
function versionIn(text: string): string {
  const words = text.split(' ').filter((word) => word !== '');
  const numbered = words.findIndex((word) => /\d/.test(word));
  const rest = words.findIndex((word, at) => numbered >= 0 && at > numbered && !/\d/.test(word));
  return words.slice(0, rest < 0 ? words.length : rest).join(' ');
}

const KNOWN_PRODUCT = 'ghostscript';

/** The one product of which vulnerabilities are known by a package URL. */
function purlOf(texts: Texts, version: string): string {
  const product = (texts.get('ProductName') ?? texts.get('FileDescription') ?? '').toLowerCase();
  return version !== '' && product.includes(KNOWN_PRODUCT)
    ? writePurl({ type: 'generic', name: KNOWN_PRODUCT, version })
    : '';
}
