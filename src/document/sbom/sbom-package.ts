import { compareText } from '../../foundation/core/compare-text.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type { PackageDigest, PackageParty } from '../../foundation/core/package.ts';
import { HASH_DIGITS, toHashAlgorithm } from './hash-algorithm.ts';

/** A person or an organization in the record of a package. */
export type Party = PackageParty;

/** Parses an organization with an optional address: `Example <sbom@example.org>`. */
export function parseOrganization(text: string): Party {
  return { ...parseParty(text, ''), isPerson: false };
}

/** Returns the supplier of a package: its vendor, maintainer or author. */
export function getSupplier(pkg: InventoryPackage): Party | undefined {
  if (pkg.supplier !== undefined) {
    return pkg.supplier;
  }
  const vendor = getTextMember(pkg, 'vendor') || getTextMember(pkg, 'companyName');
  if (vendor !== '') {
    return { name: vendor, isPerson: false };
  }
  const maintainer = getTextMember(pkg, 'maintainer') || getTextMember(pkg, 'packager');
  return maintainer === '' ? undefined : parseParty(maintainer, '');
}

/** Returns the author of a package. */
export function readAuthor(pkg: InventoryPackage): Party | undefined {
  if (pkg.author !== undefined) {
    return pkg.author;
  }
  const author = getTextMember(pkg, 'author');
  const email = getTextMember(pkg, 'authorEmail');
  return author === '' && email === '' ? undefined : parseParty(author || email, email);
}

const ADDRESS = /^[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}$/;

/** `Name <address>`, the usual form for maintainers. */
function parseParty(text: string, knownEmail: string): Party {
  const open = text.lastIndexOf('<');
  const isBracketed = open >= 0 && text.endsWith('>');
  const name = isBracketed ? text.slice(0, open).trim() : text;
  const email = isBracketed ? text.slice(open + 1, -1).trim() : knownEmail;
  const party = { name: name === '' ? email : name, isPerson: true };
  return ADDRESS.test(email) ? { ...party, email } : party;
}

export function getDescription(pkg: InventoryPackage): string {
  return pkg.description ?? (getTextMember(pkg, 'description') || getTextMember(pkg, 'summary'));
}

/** Returns the home page if it is a web address. */
export function getHomepage(pkg: InventoryPackage): string | undefined {
  const written = [pkg.homepage ?? '', getTextMember(pkg, 'homepage'), getTextMember(pkg, 'url')];
  return written.map(toWebAddress).find((address) => address !== undefined);
}

/** Escapes characters that a URI must not contain; only for web addresses. RFC 3986. */
export function toWebAddress(text: string): string | undefined {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}

/** Returns Maven's group from records that have one. */
export function getGroup(pkg: InventoryPackage): string {
  const properties = pkg.metadata?.value['pomProperties'];
  if (typeof properties !== 'object' || properties === null || !('groupId' in properties)) {
    return '';
  }
  return typeof properties.groupId === 'string' ? properties.groupId : '';
}

/** A hash of the archive of a package, with the usual number of digits. */
export type PackageHash = PackageDigest;

/** Hashes of the archive of a package, by its record or its lock file. */
export function listHashes(pkg: InventoryPackage): PackageHash[] {
  const found = [
    ...parseIntegrity(getTextMember(pkg, 'integrity')),
    ...(pkg.digests ?? []).flatMap(({ algorithm, digits }) => toHash(algorithm, digits)),
    ...readArchiveHashes(pkg.metadata?.value['digest']),
    ...toHash('sha256', getTextMember(pkg, 'checksum')),
    // NuGet's lock files: base64 of SHA-512.
    ...parseIntegrity(`sha512-${getTextMember(pkg, 'contentHash')}`),
    ...NAMED_AFTER.flatMap((name) => [
      ...toHash(name, getTextMember(pkg, name)),
      ...parseIntegrity(getTextMember(pkg, name)),
    ]),
  ];
  const byText = new Map(found.map((each) => [`${each.algorithm} ${each.digits}`, each]));
  return [...byText].sort(([left], [right]) => compareText(left, right)).map(([, hash]) => hash);
}

/** Members named after the algorithm, with digits or an integrity string. */
const NAMED_AFTER = ['md5', 'sha1', 'sha256', 'sha512'] as const;

const INTEGRITY_PARTS_MAX = 8;

/** `algorithm-base64`, several of them separated by blanks. W3C Subresource Integrity, 3.1. */
function parseIntegrity(text: string): PackageHash[] {
  return text.split(' ', INTEGRITY_PARTS_MAX).flatMap((part) => {
    const dash = part.indexOf('-');
    const bytes = Buffer.from(part.slice(dash + 1), 'base64');
    return dash < 0 ? [] : toHash(part.slice(0, dash), bytes.toString('hex'));
  });
}

function readArchiveHashes(digests: unknown): PackageHash[] {
  if (!Array.isArray(digests)) {
    return [];
  }
  return digests.flatMap((digest: unknown) => {
    const isDigest =
      typeof digest === 'object' && digest !== null && 'algorithm' in digest && 'value' in digest;
    return isDigest ? toHash(String(digest.algorithm), String(digest.value)) : [];
  });
}

const HEX = /^[0-9a-f]+$/;

function toHash(name: string, text: string): PackageHash[] {
  const algorithm = toHashAlgorithm(name);
  const digits = text.toLowerCase();
  const isHash = digits.length === HASH_DIGITS.get(algorithm) && HEX.test(digits);
  return isHash ? [{ algorithm, digits }] : [];
}

/** Returns a string member of the metadata; empty if there is none. */
function getTextMember(pkg: InventoryPackage, name: string): string {
  const value = pkg.metadata?.value[name];
  return typeof value === 'string' ? value.trim() : '';
}
