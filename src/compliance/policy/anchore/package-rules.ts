import {
  type AnchoreParameters,
  compareText,
  quote,
  splitList,
  type TranslatedRule,
  type Translation,
} from './parameters.ts';

/** The gates `packages`, `npms` and `ruby_gems`: a package by name and version. */
export function translateDenied(given: AnchoreParameters, type?: string): Translation {
  const version = given.get('version');
  const parts = [
    `pkg.name == ${quote(given.get('name') ?? '')}`,
    ...(type === undefined ? [] : [`pkg.type == ${quote(type)}`]),
    ...(version === undefined ? [] : [`pkg.version == ${quote(version)}`]),
  ];
  return { for: 'package', cel: parts.join(' && ') };
}

/** Trigger `required_package`: an exact version, or a lowest one in the order of the ecosystem. */
export function translateRequired(given: AnchoreParameters): Translation {
  const name = `matching /^${(given.get('name') ?? '').replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}$/`;
  const version = given.get('version');
  if (version === undefined) {
    return { for: 'package', whenNone: { name } };
  }
  const isLowest = given.get('version_match_type') === 'minimum';
  if (/\s/.test(version)) {
    return `"${version}" is not a version`;
  }
  return {
    for: 'package',
    whenNone: { name, version: isLowest ? `at least ${version}` : [version] },
  };
}

/** Trigger `verify`: files are compared with the records of dpkg, rpm and apk. */
export function translateVerify(given: AnchoreParameters): Translation {
  const names = splitList(given.get('only_packages'));
  const folders = splitList(given.get('only_directories'));
  const check = given.get('check');
  if (check !== undefined && check !== 'changed' && check !== 'missing') {
    return `the check "${check}" is unknown`;
  }
  const limits = {
    configuration: false,
    ...(names.length === 0 ? {} : { package: names }),
    ...(folders.length === 0
      ? {}
      : { path: `matching /^(?:${folders.map(escapeFolder).join('|')})(?:\\/|$)/` }),
  };
  const note = 'files that are removed on purpose can be allowed with: path: not like PATTERN';
  const content = {
    for: 'record',
    when: { content: check ?? ['changed', 'missing'], ...limits },
    note,
  };
  // Records of dpkg have no mode, which would make the rule unknown.
  const mode = { for: 'record', when: { mode: 'changed', 'package-type': 'not deb', ...limits } };
  return check === 'missing' ? content : [content, mode];
}

function escapeFolder(folder: string): string {
  return folder.replace(/\/+$/, '').replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

/** The gate `licenses`; the engine compares words, and this program whole licenses. */
export function translateLicenses(given: AnchoreParameters, isPart: boolean): Translation {
  const names = splitList(given.get('licenses'));
  if (names.length === 0) {
    return 'the list is empty';
  }
  const compare = (name: string): string =>
    isPart
      ? `pkg.license_text.exists(text, text.contains(${quote(name)}))`
      : `pkg.license_text.exists(text, text == ${quote(name)})`;
  const type = given.get('package_type');
  const cel = `(${names.map(compare).join(' || ')})`;
  const note =
    'expressions are compared as a whole, not word by word; "allowed by" understands them';
  return {
    for: 'package',
    cel: type === undefined || type === 'all' ? cel : `pkg.type == ${quote(type)} && ${cel}`,
    ...(isPart ? {} : { note }),
  };
}

const LIST_NOTE =
  'the list of the registry is given with --package-list; without it, the rule is unknown';

/** Triggers about the lists of registries. */
export function translateListing(
  type: 'npm' | 'gem',
  fact: string,
  value: boolean,
): TranslatedRule {
  return { for: 'package', when: { type, [fact]: value }, note: LIST_NOTE };
}

/** Triggers `feed_data_unavailable`. */
export function translateAbsentList(type: 'npm' | 'gem'): TranslatedRule {
  return { for: 'package-list', when: { type, given: false } };
}

const VERSION_ORDERS: ReadonlyMap<string, string> = new Map([
  ['<', 'under'],
  ['>', 'over'],
  ['<=', 'at most'],
  ['>=', 'at least'],
]);

/** Trigger `metadata` of the gate `packages` of Enterprise: each part with a comparison. */
export function translatePackageMetadata(given: AnchoreParameters): Translation {
  const when = new Map<string, string>();
  const cel: string[] = [];
  for (const part of ['name', 'type', 'version']) {
    const value = given.get(part);
    const check = given.get(`${part}_comparison`) ?? given.get(`${part} comparison`) ?? '=';
    const order = part === 'version' ? VERSION_ORDERS.get(check) : undefined;
    const isPattern = value?.includes('*') === true && (check === '=' || check === '!=');
    if (value !== undefined && order !== undefined) {
      when.set(part, `${order} ${value}`);
    } else if (value !== undefined && isPattern) {
      when.set(part, `${check === '=' ? '' : 'not '}like ${value}`);
    } else if (value !== undefined) {
      const compared = compareText(`pkg.${part}`, check, value);
      if (compared === undefined) {
        return `the comparison "${check}" is unknown`;
      }
      cel.push(compared);
    }
  }
  return when.size === 0 && cel.length === 0
    ? 'no part of a package is named'
    : {
        for: 'package',
        ...(when.size === 0 ? {} : { when: Object.fromEntries(when) }),
        ...(cel.length === 0 ? {} : { cel: cel.join(' && ') }),
      };
}

/** The gate `tag_drift` of Enterprise: changes since an earlier image. */
export function translateDrift(kinds: readonly string[], given: AnchoreParameters): Translation {
  const types = splitList(given.get('package_type') ?? given.get('package_types'));
  const note = 'the earlier image is the result of --baseline; without it, the rule is unknown';
  return {
    for: 'change',
    when: {
      section: 'packages',
      kind: kinds,
      ...(types.length === 0 || types.includes('all') ? {} : { 'package-type': types }),
    },
    note,
  };
}

const BASE_NOTE = 'the base is identified with --base auto; without it, the rule is unknown';

/** The gate `ancestry` of Enterprise. */
export function translateAncestry(
  fact: 'base-digest' | 'base-name',
  value: string | undefined,
  isAllowed: boolean,
): Translation {
  const name = fact.replace('-', '_');
  const isIn = splitList(value).map((one) =>
    fact === 'base-digest'
      ? `image.${name} == ${quote(one)}`
      : `(image.${name} == ${quote(one)} || image.${name}.endsWith(${quote(`/${one}`)}))`,
  );
  if (isIn.length === 0) {
    return 'the list is empty';
  }
  const any = `(${isIn.join(' || ')})`;
  const cel = isAllowed ? `!(image.base_proven && ${any})` : `image.base_proven && ${any}`;
  return { for: 'image', cel, note: BASE_NOTE };
}

/** The gate `distro` of Enterprise. */
export function translateDistro(given: AnchoreParameters): Translation {
  const [distro, version, check = '='] = ['distro', 'version', 'check'].map((name) =>
    given.get(name),
  );
  const order = VERSION_ORDERS.get(check);
  if (distro === undefined) {
    return 'the distribution is not named';
  }
  const cel = `image.distro == ${quote(distro)}`;
  if (version === undefined) {
    return { for: 'image', cel };
  }
  if (order !== undefined) {
    return { for: 'image', when: { 'distro-version': `${order} ${version}` }, cel };
  }
  const same = compareText('image.distro_version', check, version);
  return same === undefined
    ? `the check "${check}" is unknown`
    : { for: 'image', cel: `${cel} && ${same}` };
}
