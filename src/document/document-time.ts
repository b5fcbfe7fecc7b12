import type { Report } from '../foundation/core/format.ts';
import { readImageConfig } from '../foundation/core/image-config.ts';
import type { TargetDescription } from '../foundation/core/target.ts';

const UNKNOWN_TIME = '1970-01-01T00:00:00Z';
const UTC_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z$/;

/**
 * Returns the time for a document whose schema requires one: that of the report. If a report has
 * none, so that the same image produces the same bytes, it is the build time of the image, or the
 * start of 1970. RFC 3339, whole seconds of UTC.
 */
export function chooseDocumentTime({ timestamp, inventory: { target } }: Report): string {
  for (const time of [timestamp, getBuildTime(target)]) {
    const seconds = UTC_TIME.exec(time ?? '')?.[1];
    if (seconds !== undefined) {
      return `${seconds}Z`;
    }
  }
  return UNKNOWN_TIME;
}

/** `created` of the image's configuration. OCI image specification, config.md. */
function getBuildTime(target: TargetDescription): string | undefined {
  if (target.kind !== 'image') {
    return undefined;
  }
  const { created } = readImageConfig(target.config).document;
  return typeof created === 'string' ? created : undefined;
}
