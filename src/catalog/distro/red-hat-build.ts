import { isRecord } from '../../syntax/json/guard.ts';
import { toTexts } from '../../syntax/json/member.ts';
import { parseJson } from '../../syntax/json/parse-json.ts';

const CONTENT_SETS_MAX = 10_000;
/** `name="value"` in a Dockerfile, and `"name": "value"` in a JSON object. */
const LABEL = /"?([\w.-]{1,128})"?(?:=|: ?)"([^"\n]{0,256})"/g;
/** `Dockerfile-ubi9-9.4-1181`: the build is told by the last two parts. */
const FILE_NAME = /-([^-/]+-[^-/]+)$/;

/**
 * The repositories in a content manifest, the record of what a build of Red Hat's took its packages
 * from. Its member `content_sets` is empty where the build had none.
 */
export function contentSets(manifest: string): string[] {
  const document = parseJson(manifest);
  const sets = isRecord(document) ? toTexts(document['content_sets']) : [];
  return sets.filter((name) => name !== '').slice(0, CONTENT_SETS_MAX);
}

/**
 * The build that a Dockerfile or list of labels belongs to: `ubi9-container-9.4-1181-x86_64`.
 * Version and release stand in the name of a Dockerfile, since its labels may hold variables.
 * `undefined` where anything is missing.
 */
export function redHatBuild(path: string, labelled: string): string | undefined {
  const labels = new Map<string, string>();
  for (const [, name = '', value = ''] of labelled.matchAll(LABEL)) {
    labels.set(name, value);
  }
  const component = labels.get('com.redhat.component');
  const architecture = labels.get('architecture');
  const [version, release] = [labels.get('version'), labels.get('release')];
  const told = version && release ? `${version}-${release}` : undefined;
  const build = FILE_NAME.exec(path)?.[1] ?? told;
  return component && architecture && build ? `${component}-${build}-${architecture}` : undefined;
}
