import { compareText } from '../core/compare-text.ts';
import type { Inventory } from '../core/inventory.ts';
import type { ImageDescription } from '../core/target.ts';
import { isRecord } from '../syntax/json/guard.ts';
import { getText, getTexts, toTexts } from '../syntax/json/member.ts';
import { parseJson } from '../syntax/json/parse-json.ts';
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
  const document = toRecord(parseJson(Buffer.from(target.config).toString('utf8')));
  const config = toRecord(document['config']);
  const healthcheck = toRecord(config['Healthcheck']);
  return {
    image: target,
    user: getText(config, 'User'),
    created: getText(document, 'created'),
    entrypoint: getTexts(config, 'Entrypoint'),
    command: getTexts(config, 'Cmd'),
    healthcheck: toTexts(healthcheck['Test']),
    ports: Object.keys(toRecord(config['ExposedPorts'])).toSorted(compareText),
    volumes: Object.keys(toRecord(config['Volumes'])).toSorted(compareText),
    variables: toTexts(config['Env']).map((line) => line.split('=', 1)[0] ?? ''),
    triggers: toTexts(config['OnBuild']),
    labels: new Map(
      Object.entries(toRecord(config['Labels'])).flatMap(([name, value]): [string, string][] =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
    ),
    history: listHistory(document['history']),
    problems: [
      ...listProblems(document, DOCUMENT_MEMBERS),
      ...listProblems(config, CONFIG_MEMBERS),
      ...listProblems(healthcheck, HEALTHCHECK_MEMBERS),
    ],
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

type Guard = (value: unknown) => boolean;

const isText: Guard = (value) => typeof value === 'string';
const isTextList: Guard = (value) => Array.isArray(value) && value.every(isText);
/** Old versions of Docker wrote a command as one string. */
const isCommand: Guard = (value) => isText(value) || isTextList(value);

const DOCUMENT_MEMBERS: ReadonlyMap<string, Guard> = new Map<string, Guard>([
  ['architecture', isText],
  ['os', isText],
  ['created', isText],
  ['config', isRecord],
  ['history', (value) => Array.isArray(value) && value.every(isRecord)],
]);
const CONFIG_MEMBERS: ReadonlyMap<string, Guard> = new Map<string, Guard>([
  ['User', isText],
  ['Env', isTextList],
  ['Entrypoint', isCommand],
  ['Cmd', isCommand],
  ['Healthcheck', isRecord],
  ['ExposedPorts', isRecord],
  ['Volumes', isRecord],
  ['OnBuild', isTextList],
  ['Labels', isRecord],
]);
const HEALTHCHECK_MEMBERS: ReadonlyMap<string, Guard> = new Map([['Test', isTextList]]);

/**
 * Container engines ignore the case of names, so that `user` replaces `User`. A member of another
 * type is an error for them.
 */
function listProblems(
  record: Readonly<Record<string, unknown>>,
  members: ReadonlyMap<string, Guard>,
): readonly string[] {
  const names = new Map([...members.keys()].map((name) => [foldCase(name), name]));
  return Object.entries(record).flatMap(([written, value]) => {
    const name = names.get(foldCase(written));
    if (name === undefined) {
      return [];
    }
    if (name !== written) {
      return [`the configuration of the image writes "${name}" as "${written}"`];
    }
    const isValid = value === null || members.get(name)?.(value) === true;
    return isValid ? [] : [`"${name}" in the configuration of the image is malformed`];
  });
}

/** Both steps, because `ſ` and the Kelvin sign equal `s` and `k` too. */
function foldCase(text: string): string {
  return text.toUpperCase().toLowerCase();
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
