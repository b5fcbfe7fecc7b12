import fs from 'node:fs';
import { isRecord } from '../../../src/foundation/syntax/json/guard.ts';
import {
  getGivenText,
  getList,
  getRecord,
  getRecords,
  type JsonRecord,
} from '../../../src/foundation/syntax/json/member.ts';
import { formatResult } from './stated-range.ts';

/**
 * Returns the results of vuls-data-update for documents of a feed, one line each: major release,
 * module, package, vulnerability and fixed version.
 */
export function readProjectResults(files: readonly string[]): ReadonlySet<string> {
  return new Set(files.flatMap((file) => readFile(file)));
}

function readFile(file: string): readonly string[] {
  const root: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (!isRecord(root)) {
    throw new Error(`${file} is not a result`);
  }
  const named = getRecords(root, 'vulnerabilities').flatMap(
    (one) => getGivenText(getRecord(one, 'content') ?? {}, 'id') ?? [],
  );
  const ids = named.length > 0 ? named : [getGivenText(root, 'id') ?? ''];
  return getRecords(root, 'detections').flatMap((detection) => {
    const [, release = ''] = (getGivenText(detection, 'ecosystem') ?? '').split(':');
    return getRecords(detection, 'conditions')
      .flatMap((one) => listCriterions(getRecord(one, 'criteria') ?? {}))
      .flatMap((criterion) => ids.flatMap((id) => readCriterion(criterion, release, id) ?? []));
  });
}

function listCriterions(criteria: JsonRecord): readonly JsonRecord[] {
  return [
    ...getRecords(criteria, 'criterions'),
    ...getRecords(criteria, 'criterias').flatMap(listCriterions),
  ];
}

/** Returns `undefined` for a condition that is not about an affected package. */
function readCriterion(criterion: JsonRecord, release: string, id: string): string | undefined {
  const version = getRecord(criterion, 'version');
  const about = version && getRecord(version, 'package');
  const named = about && (getRecord(about, 'binary') ?? getRecord(about, 'source'));
  if (version?.['vulnerable'] !== true || named === undefined) {
    return undefined;
  }
  const [range] = getList(getRecord(version, 'affected') ?? {}, 'range').filter(isRecord);
  const [packageName = '', module = ''] = (getGivenText(named, 'name') ?? '').split('::').reverse();
  const bound = range && (getGivenText(range, 'lt') ?? JSON.stringify(range));
  return formatResult({ release, module, packageName, id, fixed: bound });
}
