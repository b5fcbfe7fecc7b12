import { hash } from 'node:crypto';
import { type Bytes, readText, readWhole } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import type { License, Location } from '../../core/package.ts';
import { classifyText, type FoundLicense } from './classify-license.ts';

/** One license of a text, as a fact. */
export interface TextLicense {
  /** The SPDX expression, or the digest of an unknown text. */
  readonly value: string;
  /** Empty if the text is unknown. */
  readonly expression: string;
  /** The text of the license, only if a limit permits it. */
  readonly contents?: string;
}

interface LicensesRead {
  readonly limits: Limits;
  readonly licenses: TextLicense[];
}

/** Several extractors may request the licenses of one file, one after the other. */
const licensesRead = new WeakMap<Bytes, LicensesRead>();

/**
 * Returns the licenses in a file. If they cover too little of it, returns one license with the
 * digest of the file. The limits determine how much text is kept: nothing by default.
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

/**
 * Returns whole paragraphs: a license may begin or end with a name, which is not in its signature.
 */
function cutParagraphs(text: string, start: number, end: number): string {
  const before = text.lastIndexOf('\n\n', start);
  const behind = text.indexOf('\n\n', end);
  return text.slice(before < 0 ? 0 : before, behind < 0 ? text.length : behind).trim();
}

function cutContents(text: string, bytesMax: number): Pick<TextLicense, 'contents'> {
  return bytesMax === 0 || Buffer.byteLength(text) > bytesMax ? {} : { contents: text };
}

/** Returns the value of a license if only its text is known: the digest of the text. */
export function toTextLicenseValue(text: Uint8Array): string {
  return `sha256:${hash('sha256', text, 'hex')}`;
}

/** Returns licenses that were recognized in files at these locations. */
export function concludeLicenses(
  licenses: readonly TextLicense[],
  locations: readonly Location[],
): License[] {
  return licenses.map((license) => ({ ...license, kind: 'concluded', urls: [], locations }));
}

/** Names of files with the terms of a package, in lower case. */
const LICENSE_FILE = /^(?:(?:un|mit-)?licen[sc]e|copying|al2\.0$|lgpl2\.1$)/;

/** Whether a file contains license terms, by its name. */
export function isLicenseFile(baseName: string): boolean {
  return LICENSE_FILE.test(baseName.toLowerCase());
}
