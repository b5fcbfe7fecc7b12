import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';
import {
  groupByRecord,
  type RecordContext,
  type RecordKeeper,
  type WrittenRecord,
} from './contract.ts';
import { decodeUtf8, encodeJson } from './json-record.ts';

/** Reduces the list of packages that Composer installed to those that stay. */
export const composerRecords: RecordKeeper = {
  catalogers: ['php-composer-installed'],
  listSources: (packages) => [...groupByRecord(packages).keys()],
  writeRecords: (packages, context) =>
    [...groupByRecord(packages)].map(([path, group]) => reduceList(path, group, context)),
};

/** Composer 1 wrote a list, Composer 2 an object with it. */
function reduceList(
  path: string,
  packages: readonly InventoryPackage[],
  context: RecordContext,
): WrittenRecord {
  const content = context.readFile(path);
  const document = decodeUtf8(content);
  const stays = new Set(packages.map(({ name, version }) => `${name} ${version}`));
  const reduce = (list: readonly unknown[]): readonly unknown[] =>
    list.filter(
      (one) => isRecord(one) && stays.has(`${getText(one, 'name')} ${getText(one, 'version')}`),
    );
  if (Array.isArray(document)) {
    return { path, content: encodeJson(reduce(document)), like: path };
  }
  if (!isRecord(document) || !Array.isArray(document['packages'])) {
    return { path, content, like: path };
  }
  const names = new Set<unknown>(packages.map(({ name }) => name));
  const forDevelopment = document['dev-package-names'];
  const reduced = {
    ...document,
    packages: reduce(document['packages']),
    ...(Array.isArray(forDevelopment)
      ? { 'dev-package-names': forDevelopment.filter((name) => names.has(name)) }
      : {}),
  };
  return { path, content: encodeJson(reduced), like: path };
}
