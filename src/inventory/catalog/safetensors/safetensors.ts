import { posix } from 'node:path';
import { readText } from '../../../foundation/core/bytes.ts';
import type {
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { mergeLicenses, toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import { parseYaml } from '../../../foundation/syntax/text/yaml.ts';
import {
  combineDigests,
  readSafetensors,
  type SafetensorsHeader,
} from '../../ecosystem/model/safetensors.ts';
import { toEvidenceLocation } from '../evidence-location.ts';

export type ModelFact =
  | ({ readonly kind: 'part' } & SafetensorsHeader)
  /** Data of a `config.json` about the model in or below its directory. */
  | { readonly kind: 'settings'; readonly architecture: string; readonly origin: string }
  /** Data of a `README.md` about the model in its directory. */
  | { readonly kind: 'card'; readonly license: string; readonly origin: string };

/**
 * Models in safetensors files: all files of one directory are one model. Their headers do not
 * contain a name, so it comes from the files that model hubs add, or else from the directory.
 * Versions are not detected.
 */
export const safetensors: Cataloger<ModelFact> = {
  id: 'safetensors',
  alias: 'safetensors-cataloger',
  version: 1,
  title: 'Models in safetensors files',
  spec: 'https://github.com/huggingface/safetensors#format',
  tags: ['ai', 'directory', 'image', 'ml', 'model', 'package', 'safetensors'],
  can: { licenses: 'partly', dependencies: 'no', ownedFiles: 'no' },
  wants: [
    {
      role: 'part',
      paths: ['**/*.safetensors'],
      maxBytes: 'modelHeaderBytesMax',
      isHeadOnly: true,
    },
    { role: 'settings', paths: ['**/config.json'], maxBytes: 'configFileBytesMax' },
    { role: 'card', paths: ['**/README.md'], maxBytes: 'documentHeadBytesMax', isHeadOnly: true },
  ],
  extract,
  assemble: ({ facts }) => ({ packages: createModels(facts) }),
};

function extract(file: WantedFile): Extraction<ModelFact> {
  switch (file.role) {
    case 'settings':
      return extractSettings(file);
    case 'card':
      return extractCard(file);
    default: {
      const header = readSafetensors(file.content, file.budget);
      return header === undefined
        ? { problems: [{ code: 'P_MALFORMED', message: 'the header of the model is damaged' }] }
        : { fact: { kind: 'part', ...header } };
    }
  }
}

/** Most files of this name are unrelated to models, so they are never malformed. */
function extractSettings({ content, budget }: WantedFile): Extraction<ModelFact> {
  const text = readText(content);
  const isOfModel = text.includes('"architectures"') || text.includes('"_name_or_path"');
  const value = isOfModel ? parseFileJson(text, budget) : undefined;
  if (!isRecord(value)) {
    return {};
  }
  const [architecture = ''] = toTexts(value['architectures']);
  return { fact: { kind: 'settings', architecture, origin: getText(value, '_name_or_path') } };
}

const CARD_FENCE = '---';

function extractCard({ content, budget }: WantedFile): Extraction<ModelFact> {
  const head = content.read(0, CARD_FENCE.length + 8);
  if (!Buffer.from(head).toString('utf8').trimStart().startsWith(CARD_FENCE)) {
    return {};
  }
  const [front = ''] = readText(content).trimStart().slice(CARD_FENCE.length).split('\n---', 1);
  const card = parseYaml(front, budget);
  if (!isRecord(card)) {
    return {};
  }
  const license = getText(card, 'license');
  const base = card['base_model'];
  const [origin = ''] = typeof base === 'string' ? [base] : toTexts(base);
  return license === '' && origin === '' ? {} : { fact: { kind: 'card', license, origin } };
}

type Seen<Kind extends ModelFact['kind']> = VisibleFact<Extract<ModelFact, { kind: Kind }>>;

function createModels(facts: readonly VisibleFact<ModelFact>[]): Package[] {
  const parts = facts.filter((seen) => isOfKind(seen, 'part'));
  const settings = new Map(
    facts
      .filter((seen) => isOfKind(seen, 'settings'))
      .map((seen) => [posix.dirname(seen.path), seen]),
  );
  const cards = new Map(
    facts.filter((seen) => isOfKind(seen, 'card')).map((seen) => [posix.dirname(seen.path), seen]),
  );
  const byFolder = Map.groupBy(parts, ({ path }) => posix.dirname(path));
  return [...byFolder].flatMap(([folder, members]) =>
    createModel(folder, members, {
      settings: findNearest(folder, settings),
      card: cards.get(folder),
    }),
  );
}

function isOfKind<Kind extends ModelFact['kind']>(
  seen: VisibleFact<ModelFact>,
  kind: Kind,
): seen is Seen<Kind> {
  return seen.fact.kind === kind;
}

function findNearest<T>(start: string, byFolder: ReadonlyMap<string, T>): T | undefined {
  for (let folder = start; ; folder = posix.dirname(folder)) {
    const found = byFolder.get(folder);
    if (found !== undefined || folder === '/') {
      return found;
    }
  }
}

interface ModelCompanions {
  readonly settings: Seen<'settings'> | undefined;
  readonly card: Seen<'card'> | undefined;
}

/** `undefined` if nothing names the model: it is in the root, without companions. */
function createModel(
  folder: string,
  members: readonly Seen<'part'>[],
  { settings, card }: ModelCompanions,
): Package[] {
  const origin = settings?.fact.origin || card?.fact.origin || '';
  const name = toModelName(origin) || toModelName(folder);
  if (name === '') {
    return [];
  }
  const license = card?.fact.license ?? '';
  return [
    {
      name,
      version: '',
      type: 'model',
      language: '',
      purl: '',
      foundBy: safetensors.id,
      rule:
        origin === '' ? 'the directory of a model' : 'the files beside a model in its directory',
      confidence: origin === '' ? 0.4 : 0.6,
      locations: [
        ...members.map((seen) => toEvidenceLocation(seen, 'primary')),
        ...[card, settings].flatMap((seen) =>
          seen === undefined ? [] : [toEvidenceLocation(seen, 'supporting')],
        ),
      ],
      licenses: mergeLicenses([toDeclaredLicense(license, { locations: [] })]),
      cpes: [],
      upstreams: [],
      ownedFiles: [],
      metadata: {
        kind: 'safetensors-model-info',
        value: mergeModelMetadata(
          members.map(({ fact }) => fact),
          settings?.fact.architecture ?? '',
        ),
      },
    },
  ];
}

/** The last part of a name in hubs and directories counts; a directory of its own is not a name. */
function toModelName(path: string): string {
  const name = posix.basename(path);
  return name === '.' || name === '..' ? '' : name;
}

const FORMAT = 'safetensors';

/** Merges the parts of one model. If several notes have the same key, the first one counts. */
function mergeModelMetadata(
  parts: readonly SafetensorsHeader[],
  architecture: string,
): Readonly<Record<string, unknown>> {
  const notes = new Map<string, string>();
  for (const { key, value } of parts.flatMap((part) => part.notes)) {
    if (!notes.has(key)) {
      notes.set(key, value);
    }
  }
  const whole: SafetensorsHeader = {
    tensorCount: parts.reduce((sum, part) => sum + part.tensorCount, 0),
    parameters: parts.reduce((sum, part) => sum + part.parameters, 0),
    quantization: parts.find((part) => part.quantization !== '')?.quantization ?? '',
    notes: [...notes]
      .map(([key, value]) => ({ key, value }))
      .sort((left, right) => compareText(left.key, right.key)),
    digest: combineDigests(parts.map(({ digest }) => digest)),
  };
  const inOrder = parts.toSorted((left, right) => compareText(left.digest, right.digest));
  return {
    ...(architecture === '' ? {} : { architecture }),
    ...toPartMembers(whole),
    shardCount: parts.length,
    ...(parts.length > 1 ? { parts: inOrder.map(toPartMembers) } : {}),
  };
}

/** Members as in Syft's JSON. */
function toPartMembers(part: SafetensorsHeader): Readonly<Record<string, unknown>> {
  const { quantization, parameters, tensorCount, notes, digest } = part;
  return {
    format: FORMAT,
    ...(quantization === '' ? {} : { quantization }),
    ...(parameters === 0 ? {} : { parameters }),
    ...(tensorCount === 0 ? {} : { tensorCount }),
    ...(notes.length === 0 ? {} : { userMetadata: notes }),
    metadataHash: digest,
  };
}
