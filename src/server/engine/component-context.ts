import { createHash } from 'node:crypto';
import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import { hasDocumentationOnly } from '../../foundation/core/installed-files.ts';
import type { WeakProof } from '../../foundation/core/inventory.ts';
import type { PackageMetadata } from '../../foundation/core/package.ts';
import { canonicalizeJson } from '../../foundation/syntax/json/canonical-json.ts';
import type {
  Component,
  ComponentPackage,
  ComponentSystem,
} from '../../vulnerability/match/component.ts';

/** A component in its context: everything that matching reads about it. */
export interface ComponentInContext {
  readonly component: Component;
  readonly system: ComponentSystem;
}

/** The canonical JSON of a component in its context, under its SHA-256. */
export interface ComponentText {
  /** 64 hexadecimal digits. */
  readonly key: string;
  readonly json: string;
}

/** Changes whenever the same component is written as other JSON. */
const FORM = 1;

/** The members of ecosystem-specific data that matching reads. */
export const MATCHED_METADATA = [
  'epoch',
  'mainModule',
  'maintainer',
  'manifest',
  'pomProperties',
  'vendor',
] as const;

/** The key of a component's own package, and the start of the keys of others in its context. */
export const OWN_KEY = 'component';
const OWNER_KEY = 'owner';
const NAMESAKE_KEY = 'namesake';

type PackageForm = Omit<ComponentPackage, 'key' | 'ownedFiles' | 'otherOwnedFiles'> & {
  /** Whether it only installed files for people to read, which is all that files decide. */
  readonly isDocumentation?: true;
};

interface Form {
  readonly form: typeof FORM;
  readonly system: ComponentSystem;
  readonly package: PackageForm;
  /** The packages that the following members refer to by index. */
  readonly owners: readonly PackageForm[];
  /** Indexes of proven owners. */
  readonly proven: readonly number[];
  readonly weak: readonly (readonly [owner: number, proof: WeakProof])[];
  readonly namesakes: readonly PackageForm[];
}

/** Writes a component as its canonical JSON; the keys of packages are not a part of it. */
export function writeComponent({ component, system }: ComponentInContext): ComponentText {
  const { owners, weakOwners } = component;
  const others = new Map<string, ComponentPackage>();
  for (const { package: item } of [...owners, ...weakOwners]) {
    others.set(item.key, item);
  }
  const indexes = new Map([...others.keys()].map((key, index) => [key, index]));
  const form: Form = {
    form: FORM,
    system,
    package: toForm(component.package),
    owners: [...others.values()].map(toForm),
    proven: owners.map((one) => indexes.get(one.package.key) ?? 0),
    weak: weakOwners.map((one) => [indexes.get(one.package.key) ?? 0, one.proof]),
    namesakes: listNamesakes(component),
  };
  const json = canonicalizeJson(form);
  return { key: createHash('sha256').update(json).digest('hex'), json };
}

/** Reads the result of {@link writeComponent}. */
export function readComponent(json: string): ComponentInContext {
  const form = JSON.parse(json) as Form;
  const owners = form.owners.map((one, index) => fromForm(one, `${OWNER_KEY}-${index}`));
  const findOwner = (index: number): ComponentPackage => {
    const owner = owners[index];
    if (owner === undefined) {
      throw new RangeError(`the component has no owner ${index}`);
    }
    return owner;
  };
  const own = fromForm(form.package, OWN_KEY);
  const others = form.namesakes.map((one, index) => fromForm(one, `${NAMESAKE_KEY}-${index}`));
  return {
    system: form.system,
    component: {
      package: own,
      owners: form.proven.map((index) => ({ package: findOwner(index), isSearched: true })),
      weakOwners: form.weak.map(([index, proof]) => ({ package: findOwner(index), proof })),
      namesakes: others.length === 0 ? [] : [own, ...others],
    },
  };
}

/**
 * Namesakes only decide by statements under their names, so their CPEs and functions do not matter.
 * A namesake that is equal to another one or to the package itself adds nothing.
 */
function listNamesakes({ package: own, namesakes }: Component): readonly PackageForm[] {
  const toName = (item: ComponentPackage): PackageForm => {
    const { symbols: _symbols, isDocumentation: _isDocumentation, ...form } = toForm(item);
    return { ...form, cpes: [] };
  };
  const known = namesakes.length === 0 ? [] : [canonicalizeJson(toName(own))];
  const byText = new Map(
    namesakes.map((item) => {
      const form = toName(item);
      return [canonicalizeJson(form), form];
    }),
  );
  return [...byText.keys()]
    .filter((text) => !known.includes(text))
    .sort(compareText)
    .flatMap((text) => byText.get(text) ?? []);
}

function toForm(item: ComponentPackage): PackageForm {
  const { alternatives, architecture, cpes, language, metadata, modularity, name } = item;
  const { purl, symbols, type, upstreams, version } = item;
  return {
    cpes,
    language,
    name,
    purl,
    type,
    upstreams,
    version,
    ...defined({ alternatives, architecture, modularity, symbols }),
    ...(metadata === undefined ? {} : { metadata: selectMetadata(metadata) }),
    ...(hasDocumentationOnly(item) ? { isDocumentation: true } : {}),
  };
}

function selectMetadata({ kind, value }: PackageMetadata): PackageMetadata {
  const members = MATCHED_METADATA.filter((name) => value[name] !== undefined);
  return { kind, value: Object.fromEntries(members.map((name) => [name, value[name]])) };
}

/** A file that only installs documentation, for packages that have nothing else. */
const DOCUMENTATION = [{ path: '/usr/share/doc/README' }];

function fromForm({ isDocumentation, ...members }: PackageForm, key: string): ComponentPackage {
  return { ...members, key, ownedFiles: isDocumentation === true ? DOCUMENTATION : [] };
}
