/** A package of the tree: `dev-libs/openssl` and `3.0.13-r2`. */
export interface PortagePackage {
  readonly name: string;
  readonly version: string;
}

const REVISION = /-r[0-9]+$/;
const VERSION = /^[0-9]+(?:\.[0-9]+)*[a-z]?(?:_(?:pre|p|beta|alpha|rc)[0-9]*)*$/;
const PACKAGE_NAME = /^[\w+][\w+-]*$/;
/** Operator of an atom before the package name. */
const OPERATOR = /^(?:>=|<=|[><=~])/;

/** Splits `openssl-3.0.13-r2`. Package Manager Specification 8, section 3.2. */
export function splitPackageVersion(text: string): PortagePackage | undefined {
  const bare = text.replace(REVISION, '');
  const dash = bare.lastIndexOf('-');
  const name = bare.slice(0, Math.max(dash, 0));
  return VERSION.test(bare.slice(dash + 1)) && PACKAGE_NAME.test(name)
    ? { name, version: text.slice(dash + 1) }
    : undefined;
}

/**
 * Returns the package that an atom such as `>=dev-libs/openssl-1.1:0=[static-libs]` requires, with
 * its slot if the atom has one: `dev-libs/openssl:0`. `undefined` for a package that must not be
 * installed. Package Manager Specification 8, section 8.3.
 */
export function parseAtom(atom: string): string | undefined {
  const [bare = ''] = atom.split('[', 1);
  const operator = OPERATOR.exec(bare)?.[0] ?? '';
  const [named = '', slotText = ''] = bare.slice(operator.length).split(':', 2);
  const [category = '', nameText = ''] = named.split('/', 2);
  if (bare.startsWith('!') || nameText === '') {
    return undefined;
  }
  const name = operator === '' ? nameText : splitPackageVersion(nameText.replace(/\*$/, ''))?.name;
  const slot = parseSlot(slotText);
  return name === undefined ? undefined : `${category}/${name}${slot === '' ? '' : `:${slot}`}`;
}

/** `0/1.1=` is slot `0`; `*` and `=` alone mean any. */
export function parseSlot(text: string): string {
  return /^[\w+][\w+.-]*/.exec(text.trim())?.[0] ?? '';
}
