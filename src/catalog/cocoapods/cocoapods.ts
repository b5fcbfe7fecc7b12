import { readText } from '../../core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../core/cataloger.ts';
import {
  assemblePackageLists,
  type ListedPackage,
  malformedList,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';
import { writePurl } from '../../identity/purl/purl.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { getText, toTexts } from '../../syntax/json/member.ts';
import { parseYaml } from '../../syntax/text/yaml.ts';

/** Pods that CocoaPods locks, each subspec for itself. */
export const cocoapods: Cataloger<PackageList> = {
  id: 'cocoapods',
  alias: 'cocoapods-cataloger',
  version: 1,
  title: 'Pods locked by CocoaPods',
  spec: 'https://guides.cocoapods.org/using/using-cocoapods.html',
  tags: ['cocoapods', 'declared', 'directory', 'language', 'package', 'swift'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
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
    return malformedList('the lock file has no list of pods');
  }
  const sums = document['SPEC CHECKSUMS'];
  const checksums = isRecord(sums) ? sums : {};
  return readPackageList<unknown>(pods, 'pod', limits, (pod) => readPod(pod, checksums));
}

/** A pod is `Name/Part (1.0.0)`, or an object of that name with what it needs. */
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
    requires: toTexts(needed).map(firstWord),
    metadata: { checksum: getText(checksums, name.split('/', 1)[0] ?? '') },
  };
}

function firstWord(text: string): string {
  return text.split(' ', 1)[0] ?? '';
}
