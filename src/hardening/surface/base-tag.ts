import { getBaseName } from '../../foundation/core/base-name.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { getText } from '../../foundation/syntax/json/member.ts';
import { parseJson } from '../../foundation/syntax/json/parse-json.ts';

/** OCI image specification, "Pre-Defined Annotation Keys": the reference of the base image. */
const BASE_NAME = 'org.opencontainers.image.base.name';
const MOVING_TAG = 'latest';

/**
 * Returns the base image that a manifest or a label names, if the name may later mean another
 * image: by the tag `latest`, which is the default, and without a digest.
 */
export function findMovingBase(target: TargetDescription): string | undefined {
  if (target.kind !== 'image') {
    return undefined;
  }
  const name = readAnnotation(target.manifest) || (target.labels[BASE_NAME] ?? '');
  const isPinned = name.includes('@');
  return name !== '' && !isPinned && getTag(name) === MOVING_TAG ? name : undefined;
}

function readAnnotation(manifest: Uint8Array): string {
  const value = parseJson(Buffer.from(manifest).toString('utf8'));
  const annotations = isRecord(value) ? value['annotations'] : undefined;
  return isRecord(annotations) ? getText(annotations, BASE_NAME) : '';
}

/** A colon before the last slash belongs to the port of a registry. */
function getTag(name: string): string {
  const last = getBaseName(name);
  const colon = last.indexOf(':');
  return colon < 0 ? MOVING_TAG : last.slice(colon + 1);
}
