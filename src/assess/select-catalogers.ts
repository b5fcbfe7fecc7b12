import { UserError } from '../foundation/core/error.ts';
import { suggestWord } from '../foundation/core/option-suggestion.ts';
import type { TargetDescription } from '../foundation/core/target.ts';

/** The properties by which a cataloger is selected. */
export interface Selectable {
  readonly id: string;
  /** The name that Syft users know. */
  readonly alias: string;
  readonly tags: readonly string[];
}

/** The selected catalogers, in the terms of Syft's two options of these names. */
export interface CatalogerSelection {
  /** Names and tags of the set to begin with, instead of the set for the kind of target. */
  readonly overrideDefaultCatalogers?: readonly string[];
  /** `tag` keeps only catalogers with it, then `-nameOrTag` removes, then `+name` adds. */
  readonly selectCatalogers?: readonly string[];
}

/** A tag that every cataloger has. */
const ALL = 'all';
/** Tags of the sets for the kinds of targets, which may be empty. */
const KINDS = ['image', 'directory'] as const;
/** In a list of names and tags: the default set for this kind of target. */
const DEFAULT = 'default';
/**
 * Catalogers with this tag only read files, of any origin. They are a group of their own, which
 * tags of packages do not affect.
 */
const FILE = 'file';

/**
 * Returns the selected catalogers in the given order. By default, an image is searched for
 * installed packages, a directory also for declared ones.
 *
 * @throws UserError `E_USAGE` for an unknown name, for a tag where only names are allowed, and for
 *   a name where only tags are
 */
export function selectCatalogers<T extends Selectable>(
  catalogers: readonly T[],
  kind: TargetDescription['kind'],
  selection: CatalogerSelection = {},
): readonly T[] {
  const request = parseRequest(kind === 'image' ? 'image' : 'directory', selection);
  checkRequest(request, catalogers);
  const groups = Map.groupBy(catalogers, ({ tags }) => tags.includes(FILE));
  const chosen = new Set([...groups.values()].flatMap((group) => selectInGroup(group, request)));
  return catalogers.filter((cataloger) => chosen.has(cataloger));
}

interface Request {
  readonly base: readonly string[];
  readonly kept: readonly string[];
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

function parseRequest(defaultTag: string, selection: CatalogerSelection): Request {
  const given = splitTokens(selection.overrideDefaultCatalogers);
  const expressions = splitTokens(selection.selectCatalogers);
  const listSigned = (sign: string): string[] =>
    expressions.filter((text) => text.startsWith(sign)).map((text) => text.slice(1));
  const base = (given.length === 0 ? [DEFAULT] : given).map((token) =>
    token === DEFAULT ? defaultTag : token,
  );
  return {
    base: [...base, FILE],
    kept: expressions.filter((text) => !/^[+-]/.test(text)),
    removed: listSigned('-'),
    added: listSigned('+'),
  };
}

function splitTokens(texts: readonly string[] = []): string[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

function selectInGroup<T extends Selectable>(
  group: readonly T[],
  { base, kept, removed, added }: Request,
): T[] {
  const findMatching = (tokens: readonly string[]): Set<T> =>
    new Set(group.filter((cataloger) => tokens.some((token) => hasName(cataloger, token))));
  const subset = findMatching(kept);
  const removedCatalogers = findMatching(removed);
  const extra = findMatching(added);
  const chosen = [...findMatching(base)].filter(
    (cataloger) =>
      (subset.size === 0 || subset.has(cataloger)) && !removedCatalogers.has(cataloger),
  );
  return [...chosen, ...extra];
}

function hasName({ id, alias, tags }: Selectable, token: string): boolean {
  return token === ALL || token === id || token === alias || tags.includes(token);
}

function checkRequest(
  { base, kept, removed, added }: Request,
  catalogers: readonly Selectable[],
): void {
  const names = new Set(catalogers.flatMap(({ id, alias }) => [id, alias]));
  const tags = new Set([ALL, ...KINDS, FILE, ...catalogers.flatMap((cataloger) => cataloger.tags)]);
  const known = [...names, ...tags];
  for (const token of [...base, ...kept, ...removed, ...added]) {
    if (!known.includes(token)) {
      throw new UserError('E_USAGE', `unknown cataloger or tag "${token}"`, {
        hint: suggestWord(token, known, 'plimsoll cataloger list'),
      });
    }
  }
  const addedTag = added.find((token) => !names.has(token));
  if (addedTag !== undefined) {
    throw new UserError('E_USAGE', `"+${addedTag}" names a tag, but only catalogers can be added`, {
      hint: `write "${addedTag}" to keep only catalogers with this tag`,
    });
  }
  const keptName = kept.find((token) => token === ALL || !tags.has(token));
  if (keptName !== undefined) {
    throw new UserError('E_USAGE', `"${keptName}" is a cataloger, not a tag`, {
      hint: `write "+${keptName}" to add the cataloger, or use --override-default-catalogers to run only some`,
    });
  }
}
