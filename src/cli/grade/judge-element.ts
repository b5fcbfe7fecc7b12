import type { Capabilities } from '../../core/cataloger.ts';
import type { DocumentFacts } from '../../core/document.ts';
import type { Inventory, InventoryPackage } from '../../core/inventory.ts';
import { type FileKinds, packageFile } from '../../document/sbom/package-file.ts';
import { authorOf, hashesOf, homepageOf, supplierOf } from '../../document/sbom/sbom-package.ts';
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
    return 'the reader of such documents does not tell';
  }
  const authors = [...about.authors, context.inventory.target.supplier ?? ''].join(' ').trim();
  switch (element) {
    case 'author':
      return authors === '' ? `nobody is named who answers for it${advice(about)}` : undefined;
    case 'author-address':
      return /@|:\/\//.test(authors)
        ? undefined
        : `neither an e-mail address nor a URL is given of who answers for it${advice(about)}`;
    case 'timestamp':
      return about.createdAt === undefined
        ? `no time is told${about.isOwn ? ': SOURCE_DATE_EPOCH gives one' : ''}`
        : undefined;
    case 'tool':
      return about.tools.length === 0 ? 'no program is named that made it' : undefined;
    default:
      // This program looks at what has been built, and says so; other documents seldom tell.
      return about.isOwn ? undefined : 'nothing says at which stage it was made';
  }
}

function advice({ isOwn }: { readonly isOwn: boolean }): string {
  return isOwn ? ': --target-supplier names it' : '';
}

/** Why an element of a component is not there; `undefined` where it is. */
export function missingInComponent(
  element: ElementId,
  pkg: InventoryPackage,
  context: GradeContext,
): string | undefined {
  switch (element) {
    case 'supplier':
      return supplierOf(pkg) === undefined ? withoutParty(pkg) : undefined;
    case 'supplier-address':
      return withoutAddress(pkg);
    case 'name':
      return pkg.name === '' ? 'its record has no name' : undefined;
    case 'version':
      return pkg.version === '' ? 'nothing that was read tells a version' : undefined;
    case 'identifier':
      return pkg.purl === '' && pkg.cpes.length === 0
        ? `packages of type "${pkg.type}" have no package URL`
        : undefined;
    case 'hash':
      return hashesOf(pkg).length === 0 ? withoutHash(pkg) : undefined;
    case 'sha512':
      return withoutSha512(pkg);
    case 'license':
      return withoutLicense(pkg, context);
    case 'dependencies':
      return withoutDependencies(pkg, context);
    case 'file-name':
      return pkg.locations.length === 0 ? 'no place is told where it lies' : undefined;
    case 'file-properties':
      return packageFile(pkg, context.kinds) === undefined ? withoutFile(pkg) : undefined;
    default:
      return undefined;
  }
}

/** Only of a program or an archive can be told what file it is. */
function withoutFile({ locations, metadata }: InventoryPackage): string {
  if (locations.length === 0) {
    return 'no place is told where it lies';
  }
  return metadata === undefined
    ? 'what made it known is no program and no archive that it was delivered as'
    : `its record (${metadata.kind}) is at hand, and not the file that it was delivered as`;
}

function withoutParty({ metadata }: InventoryPackage): string {
  return metadata === undefined
    ? 'it is known by more than a name to no record'
    : `its record (${metadata.kind}) names no vendor, maintainer or packager`;
}

function withoutAddress(pkg: InventoryPackage): string | undefined {
  const hasEmail = [supplierOf(pkg), authorOf(pkg)].some((party) => party?.email !== undefined);
  if (hasEmail || homepageOf(pkg) !== undefined) {
    return undefined;
  }
  return supplierOf(pkg) === undefined
    ? withoutParty(pkg)
    : 'its creator has neither an e-mail address nor a home page';
}

function withoutHash({ metadata }: InventoryPackage): string {
  return metadata === undefined
    ? 'nothing that was read tells a digest of it'
    : `its record (${metadata.kind}) keeps no digest of the package as it was delivered`;
}

function withoutSha512(pkg: InventoryPackage): string | undefined {
  const hashes = hashesOf(pkg);
  if (hashes.some(({ algorithm }) => algorithm === 'SHA-512')) {
    return undefined;
  }
  return hashes.length === 0
    ? withoutHash(pkg)
    : `its record tells ${hashes.map(({ algorithm }) => algorithm).join(', ')} only`;
}

function withoutLicense(pkg: InventoryPackage, { capabilities }: GradeContext): string | undefined {
  if (pkg.licenses.some(({ expression }) => expression !== '')) {
    return undefined;
  }
  if (pkg.licenses.length > 0) {
    return 'what its record says is no SPDX licence';
  }
  return capabilities.get(pkg.foundBy)?.licenses === 'no'
    ? `what made it known (${pkg.rule}) tells no licences`
    : 'its record tells no licence';
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
    return `what made it known (${rule}) tells no dependencies`;
  }
  const isTold = inventory.relationships.some(({ kind }) => kind === 'dependency-of');
  return can === undefined && !isTold ? 'the document tells no dependencies' : undefined;
}
