import type { TargetDescription } from '../core/target.ts';
import { isRecord } from '../syntax/json/guard.ts';
import { getText } from '../syntax/json/member.ts';
import { parseJson } from '../syntax/json/parse-json.ts';

/** OCI image specification, "Pre-Defined Annotation Keys": the reference of the base image. */
const BASE_NAME = 'org.opencontainers.image.base.name';
const MOVING_TAG = 'latest';

/**
 * The base image that a manifest or a label names, where the name leads to another image tomorrow:
 * by the tag `latest`, which is meant where there is none, and without a digest.
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
  const last = name.slice(name.lastIndexOf('/') + 1);
  const colon = last.indexOf(':');
  return colon < 0 ? MOVING_TAG : last.slice(colon + 1);
}
