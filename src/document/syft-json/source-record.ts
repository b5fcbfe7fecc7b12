import { isDigest } from '../../core/digest.ts';
import type { Distro } from '../../core/distro.ts';
import { publishImage } from '../../core/published-image.ts';
import type { ImageDescription, LayerDescription, TargetDescription } from '../../core/target.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import {
  countIn,
  flagIn,
  givenText,
  type JsonRecord,
  recordIn,
  recordsIn,
  textIn,
  textsIn,
  withoutAbsent,
} from '../../syntax/json/member.ts';
import { parseJson } from '../../syntax/json/parse-json.ts';

export interface Source {
  readonly target: TargetDescription;
  readonly layerBytes: readonly number[];
}

/** Returns the scanned target; `undefined` if the document names none of a known form. */
export function sourceOf(source: JsonRecord): Source | undefined {
  // Before schema 8 the member was called `target`, and a path was a string.
  const metadata = recordIn(source, 'metadata') ?? recordIn(source, 'target');
  const path = givenText(metadata ?? {}, 'path') ?? givenText(source, 'target');
  const name = givenText(source, 'name');
  switch (textIn(source, 'type')) {
    case 'image':
      return metadata === undefined ? undefined : imageOf(metadata, name);
    case 'directory':
    case 'file':
      return path === undefined ? undefined : treeOf(source, path, name ?? path);
    default:
      return undefined;
  }
}

function treeOf(source: JsonRecord, path: string, name: string): Source {
  const kind = textIn(source, 'type') === 'file' ? 'file' : 'directory';
  return { target: { kind, userInput: path, name, path }, layerBytes: [] };
}

function imageOf(metadata: JsonRecord, name: string | undefined): Source | undefined {
  const layers = recordsIn(metadata, 'layers').filter((layer) => isDigest(layer['digest']));
  const manifestDigest = textIn(metadata, 'manifestDigest');
  const imageId = textIn(metadata, 'imageID');
  if (!isDigest(manifestDigest) || !isDigest(imageId)) {
    return undefined;
  }
  const userInput = textIn(metadata, 'userInput');
  const variant = givenText(metadata, 'architectureVariant');
  const manifest = Buffer.from(textIn(metadata, 'manifest'), 'base64');
  const config = Buffer.from(textIn(metadata, 'config'), 'base64');
  const image = publishImage({
    kind: 'image',
    userInput,
    name: name ?? userInput,
    manifestDigest,
    imageId,
    mediaType: textIn(metadata, 'mediaType'),
    tags: textsIn(metadata, 'tags'),
    repoDigests: textsIn(metadata, 'repoDigests'),
    ...platformOf(metadata, config),
    ...(variant === undefined ? {} : { variant }),
    labels: labelsOf(recordIn(metadata, 'labels')),
    layers: layersOf(layers, manifest),
    manifest,
    config,
  });
  return { target: image, layerBytes: layers.map((layer) => countIn(layer, 'size')) };
}

/** Syft leaves the platform of some images empty, although their configuration has it. */
function platformOf(
  metadata: JsonRecord,
  config: Uint8Array,
): Pick<ImageDescription, 'architecture' | 'os'> {
  const told = embedded(config);
  return {
    architecture: givenText(metadata, 'architecture') ?? textIn(told, 'architecture'),
    os: givenText(metadata, 'os') ?? textIn(told, 'os'),
  };
}

/** The embedded manifest describes the stored blobs, if there is one. */
function layersOf(layers: readonly JsonRecord[], manifest: Uint8Array): LayerDescription[] {
  const blobs = recordsIn(embedded(manifest), 'layers');
  return layers.map((layer, number): LayerDescription => {
    const blob = blobs.length === layers.length ? blobs[number] : undefined;
    const digest = blob?.['digest'];
    return {
      diffId: textIn(layer, 'digest'),
      ...(isDigest(digest) ? { blobDigest: digest } : {}),
      mediaType: textIn(layer, 'mediaType'),
      blobBytes: blob === undefined ? 0 : countIn(blob, 'size'),
    };
  });
}

/** Parses embedded bytes as a JSON record; empty if they are malformed. */
function embedded(bytes: Uint8Array): JsonRecord {
  const value = parseJson(Buffer.from(bytes).toString('utf8'));
  return isRecord(value) ? value : {};
}

function labelsOf(labels: JsonRecord | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(labels ?? {}).filter(
      (label): label is [string, string] => typeof label[1] === 'string',
    ),
  );
}

/**
 * Returns the operating system; `undefined` if the record is empty. Old documents only have a name.
 */
export function distroOf(record: JsonRecord): Distro | undefined {
  const id = givenText(record, 'id') ?? givenText(record, 'name');
  if (id === undefined) {
    return undefined;
  }
  return withoutAbsent<Distro>({
    id,
    idLike: textsIn(record, 'idLike'),
    name: givenText(record, 'name'),
    prettyName: givenText(record, 'prettyName'),
    version: givenText(record, 'version'),
    versionId: givenText(record, 'versionID'),
    versionCodename: givenText(record, 'versionCodename'),
    buildId: givenText(record, 'buildID'),
    imageId: givenText(record, 'imageID'),
    imageVersion: givenText(record, 'imageVersion'),
    variant: givenText(record, 'variant'),
    variantId: givenText(record, 'variantID'),
    homeUrl: givenText(record, 'homeURL'),
    supportUrl: givenText(record, 'supportURL'),
    bugReportUrl: givenText(record, 'bugReportURL'),
    privacyPolicyUrl: givenText(record, 'privacyPolicyURL'),
    cpeName: givenText(record, 'cpeName'),
    supportEnd: givenText(record, 'supportEnd'),
    extendedSupport: flagIn(record, 'extendedSupport'),
    evidencePath: undefined,
  });
}
