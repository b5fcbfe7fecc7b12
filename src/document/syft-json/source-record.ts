import { defined } from '../../foundation/core/defined.ts';
import { isDigest } from '../../foundation/core/digest.ts';
import type { Distro } from '../../foundation/core/distro.ts';
import { publishImage } from '../../foundation/core/published-image.ts';
import type {
  ImageDescription,
  LayerDescription,
  TargetDescription,
} from '../../foundation/core/target.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import {
  dropAbsent,
  getCount,
  getFlag,
  getGivenText,
  getRecord,
  getRecords,
  getText,
  getTexts,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import { parseJson } from '../../foundation/syntax/json/parse-json.ts';

export interface Source {
  readonly target: TargetDescription;
  readonly layerBytes: readonly number[];
}

/** Returns the scanned target; `undefined` if the document names none of a known form. */
export function readSource(source: JsonRecord): Source | undefined {
  // Before schema 8 the member was called `target`, and a path was a string.
  const metadata = getRecord(source, 'metadata') ?? getRecord(source, 'target');
  const path = getGivenText(metadata ?? {}, 'path') ?? getGivenText(source, 'target');
  const name = getGivenText(source, 'name');
  switch (getText(source, 'type')) {
    case 'image':
      return metadata === undefined ? undefined : readImage(metadata, name);
    case 'directory':
    case 'file':
      return path === undefined ? undefined : readTree(source, path, name ?? path);
    default:
      return undefined;
  }
}

function readTree(source: JsonRecord, path: string, name: string): Source {
  const kind = getText(source, 'type') === 'file' ? 'file' : 'directory';
  return { target: { kind, userInput: path, name, path }, layerBytes: [] };
}

function readImage(metadata: JsonRecord, name: string | undefined): Source | undefined {
  const layers = getRecords(metadata, 'layers').filter((layer) => isDigest(layer['digest']));
  const manifestDigest = getText(metadata, 'manifestDigest');
  const imageId = getText(metadata, 'imageID');
  if (!isDigest(manifestDigest) || !isDigest(imageId)) {
    return undefined;
  }
  const userInput = getText(metadata, 'userInput');
  const variant = getGivenText(metadata, 'architectureVariant');
  const manifest = Buffer.from(getText(metadata, 'manifest'), 'base64');
  const config = Buffer.from(getText(metadata, 'config'), 'base64');
  const image = publishImage({
    kind: 'image',
    userInput,
    name: name ?? userInput,
    manifestDigest,
    imageId,
    mediaType: getText(metadata, 'mediaType'),
    tags: getTexts(metadata, 'tags'),
    repoDigests: getTexts(metadata, 'repoDigests'),
    ...readPlatform(metadata, config),
    ...defined({ variant }),
    labels: readLabels(getRecord(metadata, 'labels')),
    layers: readLayers(layers, manifest),
    manifest,
    config,
  });
  return { target: image, layerBytes: layers.map((layer) => getCount(layer, 'size')) };
}

/** Syft leaves the platform of some images empty, although their configuration has it. */
function readPlatform(
  metadata: JsonRecord,
  config: Uint8Array,
): Pick<ImageDescription, 'architecture' | 'os'> {
  const configuration = parseEmbedded(config);
  return {
    architecture: getGivenText(metadata, 'architecture') ?? getText(configuration, 'architecture'),
    os: getGivenText(metadata, 'os') ?? getText(configuration, 'os'),
  };
}

/** The embedded manifest describes the stored blobs, if there is one. */
function readLayers(layers: readonly JsonRecord[], manifest: Uint8Array): LayerDescription[] {
  const blobs = getRecords(parseEmbedded(manifest), 'layers');
  return layers.map((layer, number): LayerDescription => {
    const blob = blobs.length === layers.length ? blobs[number] : undefined;
    const digest = blob?.['digest'];
    return {
      diffId: getText(layer, 'digest'),
      ...(isDigest(digest) ? { blobDigest: digest } : {}),
      mediaType: getText(layer, 'mediaType'),
      blobBytes: blob === undefined ? 0 : getCount(blob, 'size'),
    };
  });
}

/** Parses embedded bytes as a JSON record; empty if they are malformed. */
function parseEmbedded(bytes: Uint8Array): JsonRecord {
  const value = parseJson(Buffer.from(bytes).toString('utf8'));
  return isRecord(value) ? value : {};
}

function readLabels(labels: JsonRecord | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(labels ?? {}).filter(
      (label): label is [string, string] => typeof label[1] === 'string',
    ),
  );
}

/**
 * Returns the operating system; `undefined` if the record is empty. Old documents only have a name.
 */
export function readDistro(record: JsonRecord): Distro | undefined {
  const id = getGivenText(record, 'id') ?? getGivenText(record, 'name');
  if (id === undefined) {
    return undefined;
  }
  return dropAbsent<Distro>({
    id,
    idLike: getTexts(record, 'idLike'),
    name: getGivenText(record, 'name'),
    prettyName: getGivenText(record, 'prettyName'),
    version: getGivenText(record, 'version'),
    versionId: getGivenText(record, 'versionID'),
    versionCodename: getGivenText(record, 'versionCodename'),
    buildId: getGivenText(record, 'buildID'),
    imageId: getGivenText(record, 'imageID'),
    imageVersion: getGivenText(record, 'imageVersion'),
    variant: getGivenText(record, 'variant'),
    variantId: getGivenText(record, 'variantID'),
    homeUrl: getGivenText(record, 'homeURL'),
    supportUrl: getGivenText(record, 'supportURL'),
    bugReportUrl: getGivenText(record, 'bugReportURL'),
    privacyPolicyUrl: getGivenText(record, 'privacyPolicyURL'),
    cpeName: getGivenText(record, 'cpeName'),
    supportEnd: getGivenText(record, 'supportEnd'),
    extendedSupport: getFlag(record, 'extendedSupport'),
    evidencePath: undefined,
  });
}
