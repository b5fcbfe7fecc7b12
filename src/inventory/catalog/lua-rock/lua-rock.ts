import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import {
  getLuaText,
  type LuaValue,
  parseLuaAssignments,
} from '../../ecosystem/lua/lua-literals.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type PackageList,
} from '../../ecosystem/package-list.ts';

/** Lua packages by their rockspecs, installed or not. */
export const luaRock: Cataloger<PackageList> = {
  id: 'lua-rock',
  alias: 'lua-rock-cataloger',
  version: 1,
  title: 'Lua packages installed by LuaRocks',
  spec: 'https://github.com/luarocks/luarocks/blob/main/docs/rockspec_format.md',
  tags: ['directory', 'image', 'installed', 'language', 'lua', 'package'],
  can: { licenses: 'yes', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'rockspec', paths: ['**/*.rockspec'], maxBytes: 'configFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'lua-rocks',
      language: 'lua',
      purl: writePurl({ type: 'luarocks', name, version }),
      foundBy: luaRock.id,
      rule: 'a rockspec',
      kind: 'luarocks-package',
    })),
};

function extract({ content, limits }: WantedFile): Extraction<PackageList> {
  const values = parseLuaAssignments(readText(content), limits);
  if (values === undefined) {
    return createMalformedList('a table of the rockspec is not closed');
  }
  const [name, version] = [values.get('package'), values.get('version')];
  if (typeof name !== 'string' || typeof version !== 'string' || name === '' || version === '') {
    const message = 'the rockspec has no name or no version as a literal string';
    return { problems: [{ code: 'P_RECORD', message }] };
  }
  const description = values.get('description');
  // SPDX IDs are often written with blanks, such as Apache 2.0.
  const license = getLuaText(description, 'license').replaceAll(' ', '-');
  const metadata = {
    name,
    version,
    license,
    homepage: getLuaText(description, 'homepage'),
    description: getLuaText(description, 'summary'),
    url: getLuaText(values.get('source'), 'url'),
    dependencies: readDependencies(values.get('dependencies')),
  };
  return { fact: { packages: [{ name, version, licenses: [license], metadata }] } };
}

/** Ranges by name: `lua >= 5.1`. */
function readDependencies(value: LuaValue): Readonly<Record<string, string>> {
  const texts = typeof value === 'object' ? value.items : [];
  const ranges = texts.flatMap((text): [string, string][] => {
    const trimmed = typeof text === 'string' ? text.trim() : '';
    const blank = trimmed.indexOf(' ');
    const name = blank < 0 ? trimmed : trimmed.slice(0, blank);
    return name === '' ? [] : [[name, blank < 0 ? '' : trimmed.slice(blank).trim()]];
  });
  return Object.fromEntries(ranges.sort(([left], [right]) => compareText(left, right)));
}
