import { getBaseName } from '../foundation/core/base-name.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import type { Problem } from '../foundation/core/problem.ts';
import { formatCount } from '../foundation/core/screen-text.ts';
import type { BaseImage } from '../hardening/base/base-image.ts';
import { type RecognizedPackage, splitExecutable } from '../hardening/base/recognize.ts';
import { shortenDigest } from '../hardening/base/short-digest.ts';
import { SYSTEM_DATABASES } from '../hardening/base/system-databases.data.ts';

const LISTED_MAX = 20;
/** With fewer files of the base image, another tool probably removed the rest. */
const WHOLE_SHARE_MIN = 0.5;

/** Names every record that is missing, with the packages that were probably in it. */
export function describeGaps(
  inventory: Inventory,
  found: readonly RecognizedPackage[],
  best: BaseImage,
): readonly Problem[] {
  const byType = Map.groupBy(found, ({ item }) => item.type);
  const isDatabaseMissing = (type: string): boolean =>
    SYSTEM_DATABASES.has(type) &&
    !inventory.packages.some((item) => item.type === type && item.yieldsToOwner !== true);
  const databases = [...byType]
    .filter(([type]) => isDatabaseMissing(type))
    .map(([type, items]) => describeDatabase(type, items.length, best));
  const single = found.filter(({ item }) => !isDatabaseMissing(item.type));
  return [
    ...databases,
    ...limit(single.map(describeRecord)),
    ...limit(found.flatMap((one) => describeRenamed(one, best))),
    ...(databases.length === 0 ? [] : describeRest(found, best)),
  ];
}

function describeDatabase(type: string, count: number, best: BaseImage): Problem {
  const of = best.packages.filter((item) => item.type === type).length;
  const packages = formatCount(count, 'package was', 'packages were');
  return {
    code: 'P_MISSING',
    message: `the package database is missing: ${packages} recognized by their files, of ${of} that ${nameBase(best)} has; others may be missing`,
    path: SYSTEM_DATABASES.get(type) ?? '/',
  };
}

function describeRecord({ item, files, of }: RecognizedPackage): Problem {
  const count = new Set(files.map(({ sha256 }) => sha256)).size;
  return {
    code: 'P_MISSING',
    message: `no record lists ${item.name} ${item.version}, of which ${count} of ${formatCount(of, 'file')} ${count === 1 ? 'is' : 'are'} present`,
    path: files[0]?.path ?? '/',
  };
}

/** Names programs and libraries whose name is not one that the package gives them. */
function describeRenamed({ item, files }: RecognizedPackage, best: BaseImage): readonly Problem[] {
  const names = new Map<string, Set<string>>();
  for (const text of best.contents.flatMap(({ executables }) => executables)) {
    const { digest, path } = splitExecutable(text);
    names.set(digest, (names.get(digest) ?? new Set()).add(path));
  }
  return files.flatMap(({ path, sha256 = '' }): Problem[] => {
    const known = [...(names.get(shortenDigest(sha256) ?? '') ?? [])];
    const [first] = known;
    return first === undefined || known.some((one) => getBaseName(one) === getBaseName(path))
      ? []
      : [
          {
            code: 'P_MISSING',
            message: `this is ${first} of ${item.name} ${item.version} under another name`,
            path,
          },
        ];
  });
}

function describeRest(found: readonly RecognizedPackage[], best: BaseImage): readonly Problem[] {
  const files = new Set(found.flatMap((one) => one.files.map(({ sha256 }) => sha256))).size;
  const share = files / Math.max(1, best.head.fileCount);
  if (share >= WHOLE_SHARE_MIN) {
    return [];
  }
  const percent = (Math.floor(share * 1_000) / 10).toFixed(1);
  const message = `only ${percent} % of the files of ${nameBase(best)} are left: another tool probably removed the rest, and the records with it`;
  return [{ code: 'P_MISSING', message }];
}

function limit(problems: readonly Problem[]): readonly Problem[] {
  const more = problems.length - LISTED_MAX;
  const [first] = problems;
  return more <= 0 || first === undefined
    ? problems
    : [
        ...problems.slice(0, LISTED_MAX),
        { code: first.code, message: `${formatCount(more, 'more problem')} of the same kind` },
      ];
}

function nameBase({ head }: BaseImage): string {
  return head.names[0] ?? head.id.slice(0, 12);
}
