import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { parseYaml } from '../../../foundation/syntax/text/yaml.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type PackageList,
} from '../../ecosystem/package-list.ts';

/**
 * Dart packages by the file that describes each. The lock file beside it contains the dependencies.
 */
export const dartPubspec: Cataloger<PackageList> = {
  id: 'dart-pubspec',
  alias: 'dart-pubspec-cataloger',
  version: 1,
  title: 'Dart package descriptions',
  spec: 'https://dart.dev/tools/pub/pubspec',
  tags: ['dart', 'declared', 'directory', 'language', 'package', 'pub'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    {
      role: 'pubspec',
      paths: ['**/pubspec.yaml', '**/pubspec.yml'],
      maxBytes: 'configFileBytesMax',
    },
  ],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'dart-pub',
      language: 'dart',
      purl: writePurl({ type: 'pub', name, version }),
      foundBy: dartPubspec.id,
      rule: 'the pubspec.yaml of a Dart package',
      confidence: 0.9,
      kind: 'dart-pubspec',
    })),
};

const TEXTS = ['homepage', 'repository', 'documentation', 'publish_to'] as const;

/** An application need not have a version. */
function extract({ content, budget }: WantedFile): Extraction<PackageList> {
  const document = parseYaml(readText(content), budget);
  if (!isRecord(document)) {
    return createMalformedList('the package description is not valid YAML');
  }
  const name = getText(document, 'name');
  if (name === '') {
    return { problems: [{ code: 'P_RECORD', message: 'the package description has no name' }] };
  }
  const texts = TEXTS.map((key) => [key, getText(document, key)] as const);
  const { environment, platforms } = document;
  const metadata = {
    ...Object.fromEntries(texts.filter(([, text]) => text !== '')),
    ...(isRecord(environment) ? { environment: pickEnvironment(environment) } : {}),
    ...listMember('platforms', isRecord(platforms) ? Object.keys(platforms) : toTexts(platforms)),
    ...listMember('ignored_advisories', toTexts(document['ignored_advisories'])),
  };
  return { fact: { packages: [{ name, version: getText(document, 'version'), metadata }] } };
}

function pickEnvironment(environment: Readonly<Record<string, unknown>>): object {
  const kinds = ['sdk', 'flutter'].map((kind) => [kind, getText(environment, kind)] as const);
  return Object.fromEntries(kinds.filter(([, range]) => range !== ''));
}

function listMember(name: string, list: readonly string[]): Record<string, readonly string[]> {
  return list.length === 0 ? {} : { [name]: list };
}
