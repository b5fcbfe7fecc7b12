import { readText } from '../../../foundation/core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { ANY_CPE, formatCpe } from '../../../foundation/identity/cpe-name/cpe.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { assemblePackageLists, type PackageList } from '../../ecosystem/package-list.ts';

/** WordPress itself, which no package manager installs. */
export const wordpressCore: Cataloger<PackageList> = {
  id: 'wordpress-core',
  alias: 'wordpress-core-cataloger',
  version: 1,
  title: 'WordPress core',
  spec: 'https://developer.wordpress.org/reference/files/wp-includes/version.php/',
  tags: ['directory', 'image', 'installed', 'language', 'package', 'php', 'wordpress'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    { role: 'version', paths: ['**/wp-includes/version.php'], maxBytes: 'configFileBytesMax' },
  ],
  extract,
  assemble,
};

const ASSIGNMENT = /^[ \t]{0,40}\$wp_version[ \t]{0,9}=[ \t]{0,9}["']([\w.+-]{1,64})["']/gm;

/** The last assignment counts, as in the program. */
function extract({ content }: WantedFile): Extraction<PackageList> {
  const [, version] = [...readText(content).matchAll(ASSIGNMENT)].at(-1) ?? [];
  return version === undefined
    ? { problems: [{ code: 'P_RECORD', message: 'the file has no WordPress version' }] }
    : { fact: { packages: [{ name: 'wordpress', version }] } };
}

const NAME = { part: 'a', vendor: 'wordpress', product: 'wordpress' } as const;

/** Vulnerabilities of WordPress are published under its name in the NVD. */
function assemble(input: AssemblyInput<PackageList>): Assembly {
  const { packages = [] } = assemblePackageLists(input, ({ name, version }) => ({
    type: 'wordpress',
    language: 'php',
    purl: writePurl({ type: 'generic', name, version }),
    foundBy: wordpressCore.id,
    rule: 'the version file of WordPress',
  }));
  return {
    packages: packages.map((made) => ({
      ...made,
      cpes: [
        {
          cpe: formatCpe({ ...ANY_CPE, ...NAME, version: made.version }),
          source: 'declared',
        },
      ],
    })),
  };
}
