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

/** The facts that determine the grade of a component, in addition to the component itself. */
export interface GradeContext {
  readonly inventory: Inventory;
  /** Kinds of files that a package can be. */
  readonly kinds: FileKinds;
  /** Facts about the document; `isOwn`: this program creates it now. */
  readonly about: (DocumentFacts & { readonly isOwn: boolean }) | 'untold';
  /** Properties that the catalogers of this program can determine, by cataloger ID. */
  readonly capabilities: ReadonlyMap<string, Capabilities>;
  /** Keys of packages with a known edge to or from another package. */
  readonly related: ReadonlySet<string>;
}

/** Returns the reason for which the document lacks an element; `undefined` if it has it. */
export function explainMissingInDocument(
  element: ElementId,
  context: GradeContext,
): string | undefined {
  const { about } = context;
  if (about === 'untold') {
    return 'this document format does not carry it';
  }
  const authors = [...about.authors, context.inventory.target.supplier ?? ''].join(' ').trim();
  switch (element) {
    case 'author':
      return authors === '' ? `no author is named${getAdvice(about)}` : undefined;
    case 'author-address':
      return /@|:\/\//.test(authors)
        ? undefined
        : `the author has neither an e-mail address nor a URL${getAdvice(about)}`;
    case 'timestamp':
      return about.createdAt === undefined
        ? `no timestamp${about.isOwn ? ': set SOURCE_DATE_EPOCH' : ''}`
        : undefined;
    case 'tool':
      return about.tools.length === 0 ? 'no generating tool is named' : undefined;
    default:
      // This program reads built software and declares that; other documents seldom do.
      return about.isOwn ? undefined : 'the generation context is not declared';
  }
}

function getAdvice({ isOwn }: { readonly isOwn: boolean }): string {
  return isOwn ? ': set --target-supplier' : '';
}

/** Returns the reason for which a component lacks an element; `undefined` if it has it. */
export function explainMissingInComponent(
  element: ElementId,
  pkg: InventoryPackage,
  context: GradeContext,
): string | undefined {
  switch (element) {
    case 'supplier':
      return getSupplier(pkg) === undefined ? explainMissingParty(pkg) : undefined;
    case 'supplier-address':
      return explainMissingAddress(pkg);
    case 'name':
      return pkg.name === '' ? 'its record has no name' : undefined;
    case 'version':
      return pkg.version === '' ? 'no version was found' : undefined;
    case 'identifier':
      return pkg.purl === '' && pkg.cpes.length === 0
        ? `packages of type "${pkg.type}" have no package URL`
        : undefined;
    case 'hash':
      return listHashes(pkg).length === 0 ? explainMissingHash(pkg) : undefined;
    case 'sha512':
      return explainMissingSha512(pkg);
    case 'license':
      return explainMissingLicense(pkg, context);
    case 'dependencies':
      return explainMissingDependencies(pkg, context);
    case 'file-name':
      return pkg.locations.length === 0 ? 'no location is recorded' : undefined;
    case 'file-properties':
      return findPackageFile(pkg, context.kinds) === undefined
        ? explainMissingFile(pkg)
        : undefined;
    default:
      return undefined;
  }
}

/** The file of a package is known only for programs and archives. */
function explainMissingFile({ locations, metadata }: InventoryPackage): string {
  if (locations.length === 0) {
    return 'no location is recorded';
  }
  return metadata === undefined
    ? 'its evidence is neither an executable nor the archive it was delivered as'
    : `its evidence is a record (${metadata.kind}), not the file that was delivered`;
}

function explainMissingParty({ metadata }: InventoryPackage): string {
  return metadata === undefined
    ? 'no record describes it beyond its name'
    : `its record (${metadata.kind}) does not name a vendor, maintainer or packager`;
}

function explainMissingAddress(pkg: InventoryPackage): string | undefined {
  const hasEmail = [getSupplier(pkg), readAuthor(pkg)].some((party) => party?.email !== undefined);
  if (hasEmail || getHomepage(pkg) !== undefined) {
    return undefined;
  }
  return getSupplier(pkg) === undefined
    ? explainMissingParty(pkg)
    : 'its creator has neither an e-mail address nor a home page';
}

function explainMissingHash({ metadata }: InventoryPackage): string {
  return metadata === undefined
    ? 'no digest was found'
    : `its record (${metadata.kind}) has no digest of the delivered package`;
}

function explainMissingSha512(pkg: InventoryPackage): string | undefined {
  const hashes = listHashes(pkg);
  if (hashes.some(({ algorithm }) => algorithm === 'SHA-512')) {
    return undefined;
  }
  return hashes.length === 0
    ? explainMissingHash(pkg)
    : `its record only has ${hashes.map(({ algorithm }) => algorithm).join(', ')}`;
}

function explainMissingLicense(
  pkg: InventoryPackage,
  { capabilities }: GradeContext,
): string | undefined {
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

/** A package without dependencies is complete if its record would have listed them. */
function explainMissingDependencies(
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
  const hasDependencies = inventory.relationships.some(({ kind }) => kind === 'dependency-of');
  return can === undefined && !hasDependencies ? 'the document has no dependencies' : undefined;
}
