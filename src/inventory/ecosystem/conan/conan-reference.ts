import { writePurl } from '../../../foundation/identity/purl/purl.ts';

/**
 * A Conan reference: `name/version@user/channel#revision:package#revision%time`. All parts but the
 * name and the version are optional, and empty if absent. Conan documentation, "reference".
 */
export interface ConanReference {
  readonly name: string;
  readonly version: string;
  readonly user: string;
  readonly channel: string;
  readonly recipeRevision: string;
  readonly packageId: string;
  readonly packageRevision: string;
  readonly timestamp: string;
}

/** Returns `undefined` if the string names no version, such as a range. */
export function parseConanReference(text: string): ConanReference | undefined {
  const [untimed, timestamp] = cut(text.trim(), '%');
  const [recipe, built] = cut(untimed, ':');
  const [packageId, packageRevision] = cut(built, '#');
  const [named, recipeRevision] = cut(recipe, '#');
  const [nameAndVersion, owner] = cut(named, '@');
  const [name, version] = cut(nameAndVersion, '/');
  // The first versions of Conan write an absent owner as `_/_`: `name/1.0@_/_`.
  const [user, channel] = cut(owner === '_/_' ? '' : owner, '/');
  if (name === '' || version === '' || /[[\]\s/]/.test(version)) {
    return undefined;
  }
  return {
    name,
    version,
    user,
    channel,
    recipeRevision,
    packageId,
    packageRevision,
    timestamp,
  };
}

/** A user is only used together with a channel: Conan has neither or both. */
export function toConanPurl({ name, version, user, channel }: ConanReference): string {
  return writePurl({
    type: 'conan',
    namespace: channel === '' ? undefined : user,
    name,
    version,
    qualifiers: { channel },
  });
}

function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
