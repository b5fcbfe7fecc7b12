import { posix } from 'node:path';
import { isRecord, isText } from '../../../foundation/syntax/json/guard.ts';
import type { RecordContext, RecordKeeper, WrittenRecord } from './contract.ts';
import { decodeUtf8, encodeJson } from './json-record.ts';

/** Reduces the file lists of conda, which are in the record of each package. */
export const condaRecords: RecordKeeper = {
  catalogers: ['conda-meta'],
  listSources: (packages) => packages.flatMap(({ locations }) => locations.map(({ path }) => path)),
  writeRecords: (packages, context) =>
    packages.flatMap(({ locations }) => locations.map(({ path }) => reduceRecord(path, context))),
};

/** Paths are relative to the environment. */
function reduceRecord(path: string, context: RecordContext): WrittenRecord {
  const environment = posix.dirname(posix.dirname(path));
  const isKept = (listed: unknown): boolean =>
    isText(listed) && context.isKept(posix.join(environment, listed));
  const content = context.readFile(path);
  const document = decodeUtf8(content);
  if (!isRecord(document)) {
    return { path, content, like: path };
  }
  const { files, paths_data: paths } = document;
  const details = isRecord(paths) && Array.isArray(paths['paths']) ? paths['paths'] : undefined;
  const reduced = {
    ...document,
    ...(Array.isArray(files) ? { files: files.filter(isKept) } : {}),
    ...(isRecord(paths) && details !== undefined
      ? {
          paths_data: {
            ...paths,
            paths: details.filter((one: unknown) => isRecord(one) && isKept(one['_path'])),
          },
        }
      : {}),
  };
  return { path, content: encodeJson(reduced), like: path };
}
