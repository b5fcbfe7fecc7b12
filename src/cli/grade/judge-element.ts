import type { Capabilities } from '../../core/cataloger.ts';
import type { DocumentFacts } from '../../core/document.ts';
import type { Inventory, InventoryPackage } from '../../core/inventory.ts';
import { type FileKinds, findPackageFile } from '../../document/sbom/package-file.ts';
import {
  getHomepage,
  getSupplier,
  listHashes,
  readAuthor,
} from '../../document/sbom/sbom-package.ts';
import type { ElementId } from './standards.data.ts';

/** What the judgement of a component rests on besides itself. */
export interface GradeContext {
  readonly inventory: Inventory;
  /** What its files are that a package can be. */
  readonly kinds: FileKinds;
  /** What the document says of itself; `isOwn`: it is one that this program makes now. */
  readonly about: (DocumentFacts & { readonly isOwn: boolean }) | 'untold';
  /** What the catalogers of this program can tell, by their id. */
  readonly capabilities: ReadonlyMap<string, Capabilities>;
  /** Keys of packages of which an edge to or from another one is known. */
  readonly related: ReadonlySet<string>;
}

/** Why an element of the document is not there; `undefined` where it is. */
export function missingInDocument(element: ElementId, context: GradeContext): string | undefined {
  const { about } = context;
  if (about === 'untold') {
    return 'this document format does not carry it';
  }
  const authors = [...about.authors, context.inventory.target.supplier ?? ''].join(' ').trim();
  switch (element) {
    case 'author':
      return authors === '' ? `no author is named${advice(about)}` : undefined;
    case 'author-address':
      return /@|:\/\//.test(authors)
        ? undefined
        : `the author has neither an e-mail address nor a URL${advice(about)}`;
    case 'timestamp':
      return about.createdAt === undefined
        ? `no timestamp${about.isOwn ? ': set SOURCE_DATE_EPOCH' : ''}`
        : undefined;
    case 'tool':
      return about.tools.length === 0 ? 'no generating tool is named' : undefined;
    default:
      // This program looks at what has been built, and says so; other documents seldom tell.
      return about.isOwn ? undefined : 'the generation context is not declared';
  }
}

function advice({ isOwn }: { readonly isOwn: boolean }): string {
  return isOwn ? ': set --target-supplier' : '';
}

/** Why an element of a component is not there; `undefined` where it is. */
export function missingInComponent(
  element: ElementId,
  pkg: InventoryPackage,
  context: GradeContext,
): string | undefined {
  switch (element) {
    case 'supplier':
      return getSupplier(pkg) === undefined ? withoutParty(pkg) : undefined;
    case 'supplier-address':
      return withoutAddress(pkg);
    case 'name':
      return pkg.name === '' ? 'its record has no name' : undefined;
    case 'version':
      return pkg.version === '' ? 'no version was found' : undefined;
    case 'identifier':
      return pkg.purl === '' && pkg.cpes.length === 0
        ? `packages of type "${pkg.type}" have no package URL`
        : undefined;
    case 'hash':
      return listHashes(pkg).length === 0 ? withoutHash(pkg) : undefined;
    case 'sha512':
      return withoutSha512(pkg);
    case 'license':
      return withoutLicense(pkg, context);
    case 'dependencies':
      return withoutDependencies(pkg, context);
    case 'file-name':
      return pkg.locations.length === 0 ? 'no location is recorded' : undefined;
    case 'file-properties':
      return findPackageFile(pkg, context.kinds) === undefined ? withoutFile(pkg) : undefined;
    default:
      return undefined;
  }
}

/** Only of a program or an archive can be told what file it is. */
function withoutFile({ locations, metadata }: InventoryPackage): string {
  if (locations.length === 0) {
    return 'no location is recorded';
  }
  return metadata === undefined
    ? 'its evidence is neither an executable nor the archive it was delivered as'
    : `its evidence is a record (${metadata.kind}), not the file that was delivered`;
}

function withoutParty({ metadata }: InventoryPackage): string {
  return metadata === undefined
    ? 'no record describes it beyond its name'
    : `its record (${metadata.kind}) does not name a vendor, maintainer or packager`;
}

function withoutAddress(pkg: InventoryPackage): string | undefined {
  const hasEmail = [getSupplier(pkg), readAuthor(pkg)].some((party) => party?.email !== undefined);
  if (hasEmail || getHomepage(pkg) !== undefined) {
    return undefined;
  }
  return getSupplier(pkg) === undefined
    ? withoutParty(pkg)
    : 'its creator has neither an e-mail address nor a home page';
}

function withoutHash({ metadata }: InventoryPackage): string {
  return metadata === undefined
    ? 'no digest was found'
    : `its record (${metadata.kind}) has no digest of the delivered package`;
}

function withoutSha512(pkg: InventoryPackage): string | undefined {
  const hashes = listHashes(pkg);
  if (hashes.some(({ algorithm }) => algorithm === 'SHA-512')) {
    return undefined;
  }
  return hashes.length === 0
    ? withoutHash(pkg)
    : `its record only has ${hashes.map(({ algorithm }) => algorithm).join(', ')}`;
}

function withoutLicense(pkg: InventoryPackage, { capabilities }: GradeContext): string | undefined {
  if (pkg.licenses.some(({ expression }) => expression !== '')) {
    return undefined;
  }
  if (pkg.licenses.length > 0) {
    return 'its declared license is not an SPDX license';
  }
  return capabilities.get(pkg.foundBy)?.licenses === 'no'
    ? `its evidence (${pkg.rule}) has no licenses`
    : 'its record has no license';
}

/** A package that needs nothing lacks nothing, where its record would have told. */
function withoutDependencies(
  { key, foundBy, rule }: InventoryPackage,
  { capabilities, inventory, related }: GradeContext,
): string | undefined {
  if (related.has(key)) {
    return undefined;
  }
  const can = capabilities.get(foundBy)?.dependencies;
  if (can === 'no') {
    return `its evidence (${rule}) has no dependencies`;
  }
  const isTold = inventory.relationships.some(({ kind }) => kind === 'dependency-of');
  return can === undefined && !isTold ? 'the document has no dependencies' : undefined;
}
