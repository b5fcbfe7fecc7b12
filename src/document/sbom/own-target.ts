import { defined } from '../../foundation/core/defined.ts';
import { isDigest } from '../../foundation/core/digest.ts';
import { publishImage } from '../../foundation/core/published-image.ts';
import type {
  ImageDescription,
  LayerDescription,
  TargetDescription,
} from '../../foundation/core/target.ts';
import {
  type Guard,
  guardRecord,
  isCount,
  isRecord,
  isText,
} from '../../foundation/syntax/json/guard.ts';
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

export const isLabel: Guard<Label> = guardRecord<Label>({ name: isText, value: isText });

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
  const userInput = properties.getText(`${PREFIX}userInput`, true) ?? '';
  const path = properties.getText(`${PREFIX}path`, true) ?? '';
  const kind = properties.getText(`${PREFIX}kind`);
  const words = readTargetWords(properties);
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
function readTargetWords(properties: Properties): Pick<TargetDescription, 'version' | 'supplier'> {
  const version = properties.getText(`${PREFIX}version`);
  const supplier = properties.getText(`${PREFIX}supplier`);
  return {
    ...defined({ version, supplier }),
  };
}

function ownImage(
  properties: Properties,
  names: { readonly userInput: string; readonly name: string },
  { layers, labels }: TargetParts,
): ImageDescription | undefined {
  const getText = (name: string): string => properties.getText(PREFIX + name, true) ?? '';
  const getBytes = (name: string): Uint8Array => Buffer.from(getText(name), 'base64');
  const manifestDigest = getText('manifestDigest');
  const imageId = getText('imageId');
  const variant = properties.getText(`${PREFIX}variant`);
  if (!isDigest(manifestDigest) || !isDigest(imageId)) {
    return undefined;
  }
  return publishImage({
    kind: 'image',
    ...names,
    manifestDigest,
    imageId,
    mediaType: getText('mediaType'),
    tags: properties.getAll(`${PREFIX}tag`),
    repoDigests: properties.getAll(`${PREFIX}repoDigest`),
    architecture: getText('architecture'),
    ...defined({ variant }),
    os: getText('os'),
    labels: Object.fromEntries(labels.map(({ name, value }) => [name, value])),
    layers,
    manifest: getBytes('manifest'),
    config: getBytes('config'),
  });
}
