import type { CpeProduct } from '../core/advisory.ts';
import { foldCase } from '../core/fold-case.ts';

/** A parsed CPE without quoting. An empty string stands for ANY, `-` for NA. NISTIR 7695, 5.2. */
export interface CpeAttributes extends CpeProduct {
  readonly version: string;
  readonly update: string;
}

const PREFIX = 'cpe:2.3:';
const ATTRIBUTES_COUNT = 11;
/** Characters that a formatted string must quote. NISTIR 7695, 6.2.2. */
const PLAIN = /[^A-Za-z0-9._-]/g;

/** Parses a formatted string; `undefined` if it is invalid. */
export function parseCpe(text: string): CpeAttributes | undefined {
  if (!text.startsWith(PREFIX)) {
    return undefined;
  }
  const fields = splitUnescaped(text.slice(PREFIX.length)).map(readField);
  if (fields.length !== ATTRIBUTES_COUNT) {
    return undefined;
  }
  const [part = '', vendor = '', product = '', version = '', update = '', edition = ''] = fields;
  const [
    language = '',
    softwareEdition = '',
    targetSoftware = '',
    targetHardware = '',
    other = '',
  ] = fields.slice(6);
  return {
    part,
    vendor,
    product,
    version,
    update,
    edition,
    language,
    softwareEdition,
    targetSoftware,
    targetHardware,
    other,
  };
}

function splitUnescaped(text: string): string[] {
  if (!text.includes('\\')) {
    return text.split(':');
  }
  const fields = [''];
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i);
    if (character === ':') {
      fields.push('');
      continue;
    }
    const isQuote = character === '\\' && i + 1 < text.length;
    fields[fields.length - 1] += isQuote ? text.slice(i, i + 2) : character;
    i += isQuote ? 1 : 0;
  }
  return fields;
}

function readField(field: string): string {
  return field === '*' ? '' : field.replace(/\\(.)/g, '$1');
}

/** Formats a CPE, or a product in every version. */
export function formatCpe(cpe: CpeProduct | CpeAttributes): string {
  const version = 'version' in cpe ? cpe.version : '';
  const update = 'update' in cpe ? cpe.update : '';
  const fields = [
    cpe.part,
    cpe.vendor,
    cpe.product,
    version,
    update,
    cpe.edition,
    cpe.language,
    cpe.softwareEdition,
    cpe.targetSoftware,
    cpe.targetHardware,
    cpe.other,
  ];
  return PREFIX + fields.map(writeField).join(':');
}

function writeField(value: string): string {
  return value === '' ? '*' : value.replace(PLAIN, '\\$&');
}

const PRODUCT_ATTRIBUTES = [
  'part',
  'vendor',
  'product',
  'edition',
  'language',
  'softwareEdition',
  'targetSoftware',
  'targetHardware',
  'other',
] as const satisfies readonly (keyof CpeProduct)[];

/**
 * Returns whether a package's CPE names a product of an advisory: attributes that the CPE leaves
 * open are not compared, all others must be equal, ignoring ASCII case.
 */
export function isProductMatch(product: CpeProduct, cpe: CpeProduct): boolean {
  return PRODUCT_ATTRIBUTES.every(
    (name) => cpe[name] === '' || foldCase(cpe[name]) === foldCase(product[name]),
  );
}

/**
 * Returns whether two products agree in everything except target software; either may leave an
 * attribute open.
 */
export function isAligned(left: CpeProduct, right: CpeProduct): boolean {
  return PRODUCT_ATTRIBUTES.every(
    (name) =>
      name === 'targetSoftware' ||
      left[name] === '' ||
      right[name] === '' ||
      foldCase(left[name]) === foldCase(right[name]),
  );
}
