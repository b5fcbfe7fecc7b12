import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { parseYaml } from '../../../foundation/syntax/text/yaml.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedPackage,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/** Pods locked by CocoaPods, with each subspec as its own package. */
export const cocoapods: Cataloger<PackageList> = {
  id: 'cocoapods',
  alias: 'cocoapods-cataloger',
  version: 1,
  title: 'Pods locked by CocoaPods',
  spec: 'https://guides.cocoapods.org/using/using-cocoapods.html',
  tags: ['cocoapods', 'declared', 'directory', 'language', 'package', 'swift'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'lock', paths: ['**/Podfile.lock'], maxBytes: 'yamlFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'pod',
      language: 'swift',
      purl: writePurl({ type: 'cocoapods', name, version }),
      foundBy: cocoapods.id,
      rule: 'a pod in Podfile.lock',
      kind: 'cocoa-podfile-lock-entry',
    })),
};

function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseYaml(readText(content), budget);
  const pods = isRecord(document) ? document['PODS'] : undefined;
  if (!isRecord(document) || !Array.isArray(pods)) {
    return createMalformedList('the lock file has no list of pods');
  }
  const sums = document['SPEC CHECKSUMS'];
  const checksums = isRecord(sums) ? sums : {};
  return readPackageList<unknown>(pods, 'pod', limits, (pod) => readPod(pod, checksums));
}

/** A pod is `Name/Part (1.0.0)`, or an object with that name and its requirements. */
function readPod(
  pod: unknown,
  checksums: Readonly<Record<string, unknown>>,
): ListedPackage | undefined {
  const [text, needed]: readonly unknown[] = isRecord(pod) ? (Object.entries(pod)[0] ?? []) : [pod];
  const [, name, version] =
    /^(\S+) \(([^()\s]+)\)/.exec(typeof text === 'string' ? text : '') ?? [];
  if (name === undefined || version === undefined) {
    return undefined;
  }
  return {
    name,
    version,
    requires: toTexts(needed).map(getFirstWord),
    metadata: { checksum: getText(checksums, name.split('/', 1)[0] ?? '') },
  };
}

function getFirstWord(text: string): string {
  return text.split(' ', 1)[0] ?? '';
}
