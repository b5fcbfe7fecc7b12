import { type FileKinds, findPackageFile } from '../../document/sbom/package-file.ts';
import {
  getHomepage,
  getSupplier,
  listHashes,
  readAuthor,
} from '../../document/sbom/sbom-package.ts';
import type { Capabilities } from '../../foundation/core/cataloger.ts';
import type { DocumentFacts } from '../../foundation/core/document.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
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
  /** IDs of catalogers that read requirements and lock files, not installed packages. */
  readonly declared: ReadonlySet<string>;
  /** Keys of packages with a known edge to or from another package. */
  readonly related: ReadonlySet<string>;
}

/** A missing element. */
export interface Miss {
  /** `inapplicable`: the standard does not require it of this component. */
  readonly kind: 'missing' | 'inapplicable';
  readonly why: string;
  /** The remedy, as an imperative. Absent if nothing is required. */
  readonly next?: string;
}

function createMiss(why: string, next: string): Miss {
  return { kind: 'missing', why, next };
}

/** Returns `undefined` if the document has the element. */
export function findMissInDocument(element: ElementId, context: GradeContext): Miss | undefined {
  const { about } = context;
  if (about === 'untold') {
    return createMiss(
      'this document format does not carry it',
      'use CycloneDX, SPDX or plimsoll JSON',
    );
  }
  const authors = [...about.authors, context.inventory.target.supplier ?? ''].join(' ').trim();
  const nameAuthor = about.isOwn
    ? 'add --target-supplier "NAME, EMAIL or URL"'
    : 'convert it with --target-supplier "NAME, EMAIL or URL"';
  const createAgain = 'create it again from the target itself';
  switch (element) {
    case 'author':
      return authors === '' ? createMiss('no author is named', nameAuthor) : undefined;
    case 'author-or-tool':
      return authors === '' && about.tools.length === 0
        ? createMiss('neither an author nor a tool is named', nameAuthor)
        : undefined;
    case 'author-address':
      return /@|:\/\//.test(authors)
        ? undefined
        : createMiss('the author has neither an e-mail address nor a URL', nameAuthor);
    case 'timestamp':
      return about.createdAt === undefined
        ? createMiss('no timestamp', about.isOwn ? 'set SOURCE_DATE_EPOCH' : createAgain)
        : undefined;
    case 'tool':
      return about.tools.length === 0
        ? createMiss('no generating tool is named', createAgain)
        : undefined;
    default:
      return about.context === undefined
        ? createMiss('the generation context is not declared', createAgain)
        : undefined;
  }
}

/** Returns `undefined` if the component has the element. */
export function findMissInComponent(
  element: ElementId,
  pkg: InventoryPackage,
  context: GradeContext,
): Miss | undefined {
  switch (element) {
    case 'supplier':
      return getSupplier(pkg) === undefined ? createPartyMiss(pkg, context) : undefined;
    case 'supplier-address':
      return findAddressMiss(pkg, context);
    case 'name':
      return pkg.name === '' ? createMiss('its record has no name', ASK_PUBLISHER) : undefined;
    case 'version':
      return pkg.version === '' ? createMiss('no version was found', ASK_PUBLISHER) : undefined;
    case 'identifier':
      return pkg.purl === '' && pkg.cpes.length === 0
        ? createMiss(`packages of type "${pkg.type}" have no package URL`, 'report it as an issue')
        : undefined;
    case 'hash':
      return listHashes(pkg).length === 0 ? createHashMiss(pkg) : undefined;
    case 'sha512':
      return findSha512Miss(pkg, context);
    case 'license':
      return pkg.licenses.length === 0 ? createLicenseMiss(pkg, context) : undefined;
    case 'spdx-license':
      return findSpdxLicenseMiss(pkg, context);
    case 'dependencies':
      return findDependenciesMiss(pkg, context);
    case 'file-name':
    case 'file-properties':
      return findPackageFile(pkg, context.kinds) === undefined ? NOT_ONE_FILE : undefined;
    default:
      return undefined;
  }
}

const ASK_PUBLISHER = 'ask its publisher to record it';
const SCAN_INSTALLED = 'scan the installed package too';
const ADD_LOCK_FILE = 'scan its lock file too, if there is one';

/**
 * A package of several files is a logical component, which has neither a file name nor a digest.
 * BSI TR-03183-2, 3.2.2.
 */
const NOT_ONE_FILE: Miss = { kind: 'inapplicable', why: 'exempt, not one file of the target' };

function createPartyMiss({ foundBy, metadata }: InventoryPackage, context: GradeContext): Miss {
  const why =
    metadata === undefined
      ? 'no record describes it beyond its name'
      : `its record (${metadata.kind}) does not name a vendor, maintainer or packager`;
  return createMiss(why, context.declared.has(foundBy) ? SCAN_INSTALLED : ASK_PUBLISHER);
}

function findAddressMiss(pkg: InventoryPackage, context: GradeContext): Miss | undefined {
  const hasEmail = [getSupplier(pkg), readAuthor(pkg)].some((party) => party?.email !== undefined);
  if (hasEmail || getHomepage(pkg) !== undefined) {
    return undefined;
  }
  return getSupplier(pkg) === undefined
    ? createPartyMiss(pkg, context)
    : createMiss('its creator has neither an e-mail address nor a home page', ASK_PUBLISHER);
}

function createHashMiss({ metadata }: InventoryPackage): Miss {
  const why =
    metadata === undefined
      ? 'no digest was found'
      : `its record (${metadata.kind}) has no digest of the delivered package`;
  return createMiss(why, 'scan its archive or lock file, if there is one');
}

function findSha512Miss(pkg: InventoryPackage, { kinds }: GradeContext): Miss | undefined {
  const hashes = listHashes(pkg);
  if (hashes.some(({ algorithm }) => algorithm === 'sha512')) {
    return undefined;
  }
  if (findPackageFile(pkg, kinds) === undefined) {
    return NOT_ONE_FILE;
  }
  return hashes.length === 0
    ? createHashMiss(pkg)
    : createMiss(
        `its record only has ${hashes.map(({ algorithm }) => algorithm).join(', ')}`,
        ASK_PUBLISHER,
      );
}

function createLicenseMiss({ foundBy, rule }: InventoryPackage, context: GradeContext): Miss {
  const next = context.declared.has(foundBy) ? SCAN_INSTALLED : ASK_PUBLISHER;
  return context.capabilities.get(foundBy)?.licenses === 'no'
    ? createMiss(`its evidence (${rule}) has no licenses`, next)
    : createMiss('its record has no license', next);
}

function findSpdxLicenseMiss(pkg: InventoryPackage, context: GradeContext): Miss | undefined {
  if (pkg.licenses.some(({ expression }) => expression !== '')) {
    return undefined;
  }
  return pkg.licenses.length > 0
    ? createMiss('its declared license is not an SPDX license', ASK_PUBLISHER)
    : createLicenseMiss(pkg, context);
}

/** A package without dependencies is complete if its record would have listed them. */
function findDependenciesMiss(
  { key, foundBy, rule }: InventoryPackage,
  { capabilities, inventory, related }: GradeContext,
): Miss | undefined {
  if (related.has(key)) {
    return undefined;
  }
  const can = capabilities.get(foundBy)?.dependencies;
  if (can === 'no') {
    return createMiss(`its evidence (${rule}) has no dependencies`, ADD_LOCK_FILE);
  }
  const hasDependencies = inventory.relationships.some(({ kind }) => kind === 'dependency-of');
  return can === undefined && !hasDependencies
    ? createMiss('the document has no dependencies', 'create it again from the target itself')
    : undefined;
}
