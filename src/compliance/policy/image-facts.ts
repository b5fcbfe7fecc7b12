import { compareText } from '../../foundation/core/compare-text.ts';
import { type ImageConfig, readImageConfig } from '../../foundation/core/image-config.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import type { ImageDescription } from '../../foundation/core/target.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { getText, getTexts, toTexts } from '../../foundation/syntax/json/member.ts';
import type { PolicyInput, SubjectList } from './fact.ts';

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
  readonly labels: ReadonlyMap<string, string>;
  readonly history: readonly HistoryEntry[];
  /** Why engines may read another configuration than this one; empty if it is well formed. */
  readonly problems: readonly string[];
}

export interface HistoryEntry {
  /** Position from 1. */
  readonly number: number;
  readonly text: string;
  /** Number of the layer that it created, from 1; absent if it created none. */
  readonly layer?: number;
}

/** Reads the configuration; `undefined` if the target is not an image. */
export function readImageFacts({ target }: Pick<Inventory, 'target'>): ImageFacts | undefined {
  if (target.kind !== 'image') {
    return undefined;
  }
  const { document, process, healthcheck, history, problems } = readImageConfig(target.config);
  return {
    image: target,
    user: getText(process, 'User'),
    created: getText(document, 'created'),
    entrypoint: getTexts(process, 'Entrypoint'),
    command: getTexts(process, 'Cmd'),
    healthcheck: getTexts(healthcheck, 'Test'),
    ports: sortNames(process['ExposedPorts']),
    volumes: sortNames(process['Volumes']),
    variables: toTexts(process['Env']).map((line) => line.split('=', 1)[0] ?? ''),
    triggers: toTexts(process['OnBuild']),
    labels: new Map(
      Object.entries(isRecord(process['Labels']) ? process['Labels'] : {}).flatMap(
        ([name, value]): [string, string][] => (typeof value === 'string' ? [[name, value]] : []),
      ),
    ),
    history: listHistory(history),
    problems,
  };
}

/** Lists parts of the configuration as the subjects of rules. */
export function listConfigParts<Part>(
  { assessment }: PolicyInput,
  listParts: (facts: ImageFacts) => readonly Part[],
): SubjectList<Part> {
  const facts = readImageFacts(assessment.inventory);
  return facts === undefined
    ? { subjects: [], missing: ['the target is not an image'] }
    : { subjects: listParts(facts), missing: facts.problems };
}

function sortNames(value: unknown): readonly string[] {
  return isRecord(value) ? Object.keys(value).toSorted(compareText) : [];
}

function listHistory(history: ImageConfig['history']): readonly HistoryEntry[] {
  let layers = 0;
  return history.map((entry, index) => {
    const text = getText(entry, 'created_by');
    const isEmpty = entry['empty_layer'] === true;
    return isEmpty ? { number: index + 1, text } : { number: index + 1, text, layer: ++layers };
  });
}
