import type { Digest } from '../../foundation/core/digest.ts';
import { readImageConfig } from '../../foundation/core/image-config.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { getText, type JsonRecord } from '../../foundation/syntax/json/member.ts';

/** Label of an emitted image with the digest of its plan. */
export const PLAN_LABEL = 'plimsoll.plan.digest';

/** The configuration of the analyzed image. */
export interface OriginalConfig {
  readonly document: JsonRecord;
  /** Members of `config`. */
  readonly process: JsonRecord;
  readonly volumes: readonly string[];
  readonly workingFolder: string;
  /** RFC 3339; empty if it has none. */
  readonly created: string;
}

export interface ConfigChanges {
  readonly labels: Readonly<Record<string, string>>;
  /** RFC 3339; empty if it is unknown. */
  readonly created: string;
  /** Each layer, the lowest first, with a description of it. */
  readonly layers: readonly { readonly diffId: Digest; readonly comment: string }[];
}

/** Reads the parts of a configuration that decide about files. It was validated before. */
export function readOriginalConfig(config: Uint8Array): OriginalConfig {
  const { document, process } = readImageConfig(config);
  const volumes = process['Volumes'];
  return {
    document,
    process,
    volumes: isRecord(volumes) ? Object.keys(volumes) : [],
    workingFolder: getText(process, 'WorkingDir'),
    created: getText(document, 'created'),
  };
}

/**
 * Keeps the configuration and replaces what belongs to the layers: their digests and their history,
 * which describes steps that are not part of the emitted image. OCI image specification, config.md.
 */
export function createConfig(
  { document, process }: OriginalConfig,
  { labels, created, layers }: ConfigChanges,
): Uint8Array {
  const own = process['Labels'];
  const { created: _, ...rest } = document;
  const time = created === '' ? {} : { created };
  return Buffer.from(
    JSON.stringify({
      ...time,
      ...rest,
      config: { ...process, Labels: { ...(isRecord(own) ? own : {}), ...labels } },
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      history: layers.map(({ comment }) => ({
        ...time,
        created_by: 'plimsoll harden emit',
        comment,
      })),
    }),
  );
}
