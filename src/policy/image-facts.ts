import { compareText } from '../core/compare-text.ts';
import type { Inventory } from '../core/inventory.ts';
import type { ImageDescription } from '../core/target.ts';
import { isRecord } from '../syntax/json/guard.ts';
import { getText, toTexts } from '../syntax/json/member.ts';
import { parseJson } from '../syntax/json/parse-json.ts';

/** The configuration of an image as policies read it. OCI image specification, config.md. */
export interface ImageFacts {
  readonly image: ImageDescription;
  readonly user: string;
  readonly created: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly variables: readonly string[];
  readonly triggers: readonly string[];
  readonly history: readonly HistoryEntry[];
}

export interface HistoryEntry {
  /** Position from 1. */
  readonly number: number;
  readonly text: string;
  /** Number of the layer that it created, from 1; absent if it created none. */
  readonly layer?: number;
}

/** Reads the configuration; `undefined` if the target is no image. */
export function readImageFacts({ target }: Pick<Inventory, 'target'>): ImageFacts | undefined {
  if (target.kind !== 'image') {
    return undefined;
  }
  const document = toRecord(parseJson(Buffer.from(target.config).toString('utf8')));
  const config = toRecord(document['config']);
  return {
    image: target,
    user: getText(config, 'User'),
    created: getText(document, 'created'),
    entrypoint: toTexts(config['Entrypoint']),
    command: toTexts(config['Cmd']),
    healthcheck: toTexts(toRecord(config['Healthcheck'])['Test']),
    ports: Object.keys(toRecord(config['ExposedPorts'])).toSorted(compareText),
    volumes: Object.keys(toRecord(config['Volumes'])).toSorted(compareText),
    variables: toTexts(config['Env']).map((line) => line.split('=', 1)[0] ?? ''),
    triggers: toTexts(config['OnBuild']),
    history: listHistory(document['history']),
  };
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function listHistory(value: unknown): readonly HistoryEntry[] {
  let layers = 0;
  return (Array.isArray(value) ? value : []).map((entry: unknown, index) => {
    const record = toRecord(entry);
    const text = getText(record, 'created_by');
    const isEmpty = record['empty_layer'] === true;
    return isEmpty ? { number: index + 1, text } : { number: index + 1, text, layer: ++layers };
  });
}
