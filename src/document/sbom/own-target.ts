import { isDigest } from '../../core/digest.ts';
import { publishImage } from '../../core/published-image.ts';
import type { ImageDescription, LayerDescription, TargetDescription } from '../../core/target.ts';
import { type Guard, isCount, isRecord, isText, recordOf } from '../../syntax/json/guard.ts';
import { isLayer } from './inventory-shape.ts';
import type { Properties } from './property.ts';

const PREFIX = 'plimsoll:target:';

/** A layer in our own properties. */
export type WrittenLayer = LayerDescription & {
  /** Total size of its entries. */
  readonly contentBytes: number;
};

export const isWrittenLayer: Guard<WrittenLayer> = (value): value is WrittenLayer =>
  isLayer(value) && isRecord(value) && isCount(value['contentBytes']);

interface Label {
  readonly name: string;
  readonly value: string;
}

export const isLabel: Guard<Label> = recordOf<Label>({ name: isText, value: isText });

/** Parsed JSON parts. */
interface TargetParts {
  readonly layers: readonly LayerDescription[];
  readonly labels: readonly Label[];
}

/**
 * Returns the target in our own properties; `undefined` if there is none. See `docs/formats.md`,
 * "Properties".
 *
 * @param name name of the target in the document
 */
export function ownTarget(
  properties: Properties,
  name: string,
  parts: TargetParts,
): TargetDescription | undefined {
  const userInput = properties.text(`${PREFIX}userInput`, true) ?? '';
  const path = properties.text(`${PREFIX}path`, true) ?? '';
  const kind = properties.text(`${PREFIX}kind`);
  const words = wordsOf(properties);
  switch (kind) {
    case 'image': {
      const image = ownImage(properties, { userInput, name }, parts);
      return image && { ...image, ...words };
    }
    case 'directory':
    case 'file':
      return { kind, userInput, name, path, ...words };
    case 'sbom':
      return { kind, userInput, name, path, origin: 'file', ...words };
    default:
      return undefined;
  }
}

/** User-supplied metadata of the target. */
function wordsOf(properties: Properties): Pick<TargetDescription, 'version' | 'supplier'> {
  const version = properties.text(`${PREFIX}version`);
  const supplier = properties.text(`${PREFIX}supplier`);
  return {
    ...(version === undefined ? {} : { version }),
    ...(supplier === undefined ? {} : { supplier }),
  };
}

function ownImage(
  properties: Properties,
  names: { readonly userInput: string; readonly name: string },
  { layers, labels }: TargetParts,
): ImageDescription | undefined {
  const text = (name: string): string => properties.text(PREFIX + name, true) ?? '';
  const bytes = (name: string): Uint8Array => Buffer.from(text(name), 'base64');
  const manifestDigest = text('manifestDigest');
  const imageId = text('imageId');
  const variant = properties.text(`${PREFIX}variant`);
  if (!isDigest(manifestDigest) || !isDigest(imageId)) {
    return undefined;
  }
  return publishImage({
    kind: 'image',
    ...names,
    manifestDigest,
    imageId,
    mediaType: text('mediaType'),
    tags: properties.all(`${PREFIX}tag`),
    repoDigests: properties.all(`${PREFIX}repoDigest`),
    architecture: text('architecture'),
    ...(variant === undefined ? {} : { variant }),
    os: text('os'),
    labels: Object.fromEntries(labels.map(({ name, value }) => [name, value])),
    layers,
    manifest: bytes('manifest'),
    config: bytes('config'),
  });
}
