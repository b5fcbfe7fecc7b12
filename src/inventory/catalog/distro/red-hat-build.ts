import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { toTexts } from '../../../foundation/syntax/json/member.ts';
import { parseJson } from '../../../foundation/syntax/json/parse-json.ts';

const CONTENT_SETS_MAX = 10_000;
/** `name="value"` in a Dockerfile, and `"name": "value"` in a JSON object. */
const LABEL = /"?([\w.-]{1,128})"?(?:=|: ?)"([^"\n]{0,256})"/g;
/** `Dockerfile-ubi9-9.4-1181`: the last two parts identify the build. */
const FILE_NAME = /-([^-/]+-[^-/]+)$/;

/**
 * Returns the repositories in a content manifest, which records the package sources of a Red Hat
 * build. Its member `content_sets` is empty if the build had none.
 */
export function parseContentSets(manifest: string): string[] {
  const document = parseJson(manifest);
  const sets = isRecord(document) ? toTexts(document['content_sets']) : [];
  return sets.filter((name) => name !== '').slice(0, CONTENT_SETS_MAX);
}

/**
 * Returns the build that a Dockerfile or list of labels belongs to:
 * `ubi9-container-9.4-1181-x86_64`. Version and release come from the name of a Dockerfile, because
 * its labels may contain variables. `undefined` if anything is missing.
 */
export function parseRedHatBuild(path: string, labelled: string): string | undefined {
  const labels = new Map<string, string>();
  for (const [, name = '', value = ''] of labelled.matchAll(LABEL)) {
    labels.set(name, value);
  }
  const component = labels.get('com.redhat.component');
  const architecture = labels.get('architecture');
  const [version, release] = [labels.get('version'), labels.get('release')];
  const labelledBuild = version && release ? `${version}-${release}` : undefined;
  const build = FILE_NAME.exec(path)?.[1] ?? labelledBuild;
  return component && architecture && build ? `${component}-${build}-${architecture}` : undefined;
}
