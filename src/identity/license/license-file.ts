import { hash } from 'node:crypto';
import { type Bytes, readText, readWhole } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import type { License, Location } from '../../core/package.ts';
import { classifyText, type FoundLicense } from './classify-license.ts';

/** One licence of a text, as a fact. */
export interface TextLicense {
  /** The SPDX expression, or the digest of a text that is not known. */
  readonly value: string;
  /** Empty where the text is not known. */
  readonly expression: string;
  /** The words of the licence, only where they are asked for by a limit. */
  readonly contents?: string;
}

interface LicensesRead {
  readonly limits: Limits;
  readonly licenses: TextLicense[];
}

/** Several extractors may ask about one file, one after the other. */
const licensesRead = new WeakMap<Bytes, LicensesRead>();

/**
 * The licences that a file is made up of; one that is known by its digest where no licence covers
 * enough of it. How much of the texts is kept, the limits say: by default, nothing.
 */
export function classifyFile(content: Bytes, limits: Limits): TextLicense[] {
  const known = licensesRead.get(content);
  if (known?.limits === limits) {
    return known.licenses;
  }
  const licenses = readLicenses(content, limits);
  licensesRead.set(content, { limits, licenses });
  return licenses;
}

function readLicenses(content: Bytes, limits: Limits): TextLicense[] {
  const text = readText(content);
  const found = classifyText(text).map((license) => toKnownLicense(license, text, limits));
  if (found.length > 0) {
    return found;
  }
  const value = toTextLicenseValue(readWhole(content));
  return [{ value, expression: '', ...cutContents(text, limits.unknownLicenseTextBytesMax) }];
}

function toKnownLicense(
  { expression, start, end }: FoundLicense,
  text: string,
  limits: Limits,
): TextLicense {
  return {
    value: expression,
    expression,
    ...cutContents(cutParagraphs(text, start, end), limits.knownLicenseTextBytesMax),
  };
}

/** Whole paragraphs: a licence may begin or end with a name, which no signature has. */
function cutParagraphs(text: string, start: number, end: number): string {
  const before = text.lastIndexOf('\n\n', start);
  const behind = text.indexOf('\n\n', end);
  return text.slice(before < 0 ? 0 : before, behind < 0 ? text.length : behind).trim();
}

function cutContents(text: string, bytesMax: number): Pick<TextLicense, 'contents'> {
  return bytesMax === 0 || Buffer.byteLength(text) > bytesMax ? {} : { contents: text };
}

/** Value of a licence that is only known by its text: the digest of the text. */
export function toTextLicenseValue(text: Uint8Array): string {
  return `sha256:${hash('sha256', text, 'hex')}`;
}

/** Licences that were recognised in files that lie at the locations. */
export function concludeLicenses(
  licenses: readonly TextLicense[],
  locations: readonly Location[],
): License[] {
  return licenses.map((license) => ({ ...license, kind: 'concluded', urls: [], locations }));
}

/** Names of files with the terms of a package, in lower case. */
const LICENSE_FILE = /^(?:(?:un|mit-)?licen[sc]e|copying|al2\.0$|lgpl2\.1$)/;

/** Whether a file holds licence terms, by its name. */
export function isLicenseFile(baseName: string): boolean {
  return LICENSE_FILE.test(baseName.toLowerCase());
}
