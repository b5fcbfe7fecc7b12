import { posix } from 'node:path';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { assemblePackageLists, type PackageList } from '../../ecosystem/package-list.ts';

/** WordPress plug-ins by their header comment. They have no package URL type. */
export const wordpressPlugins: Cataloger<PackageList> = {
  id: 'wordpress-plugins',
  alias: 'wordpress-plugins-cataloger',
  version: 1,
  title: 'WordPress plug-ins',
  spec: 'https://developer.wordpress.org/plugins/plugin-basics/header-requirements/',
  tags: ['directory', 'image', 'installed', 'language', 'package', 'php', 'wordpress'],
  can: { licenses: 'partly', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    { role: 'plugin', paths: ['**/wp-content/plugins/*/*.php'], maxBytes: 'configFileBytesMax' },
  ],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, () => ({
      type: 'wordpress-plugin',
      language: 'php',
      purl: '',
      foundBy: wordpressPlugins.id,
      rule: 'the header of a WordPress plug-in',
      kind: 'wordpress-plugin-entry',
    })),
};

/** WordPress reads no more of a file. */
const HEADER_BYTES = 8_192;
const FIELD =
  /^[ \t]{0,64}(?:<\?php)?[ \t/*#@]{0,64}(plugin name|version|license|author|author uri):([^\n\r]*)/gim;

function extract({ path, content }: WantedFile): Extraction<PackageList> {
  const header = Buffer.from(content.read(0, HEADER_BYTES)).toString('utf8');
  const fields = new Map<string, string>();
  for (const [, field = '', value = ''] of header.matchAll(FIELD)) {
    const key = field.toLowerCase();
    if (!fields.has(key)) {
      fields.set(key, value.replace(/\*\/.*$|\?>.*$/, '').trim());
    }
  }
  const name = fields.get('plugin name') ?? '';
  if (name === '') {
    return {};
  }
  const [version] = /^\d[\w.+-]*/.exec(fields.get('version') ?? '') ?? [];
  if (version === undefined) {
    const message = 'the plug-in was left out: it has no version';
    return { problems: [{ code: 'P_RECORD', message }] };
  }
  const [author, authorUri] = [fields.get('author') ?? '', fields.get('author uri') ?? ''];
  const metadata = {
    pluginInstallDirectory: posix.basename(posix.dirname(path)),
    ...(author === '' ? {} : { author }),
    ...(authorUri === '' ? {} : { authorUri }),
  };
  const licenses = [fields.get('license') ?? ''];
  return { fact: { packages: [{ name, version, licenses, metadata }] } };
}
