import { readImageConfig } from '../../../foundation/core/image-config.ts';
import { CONFIG_PATH } from '../../../foundation/core/reach.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';
import type { CheckInput } from './application-files.ts';
import type { CheckItem } from './base-check.ts';

/** A user is looked up by name when a container starts; a number always works. */
export function checkUser({ inventory, plan, abi, base }: CheckInput): {
  readonly user: string | undefined;
  readonly items: readonly CheckItem[];
} {
  const { target } = inventory;
  const stated =
    target.kind === 'image' ? getText(readImageConfig(target.config).process, 'User') : '';
  const wanted = plan.request.user ?? stated;
  const [name = '', group = ''] = wanted.split(':');
  const { users, groups } = base.image.provisions;
  const isKnown = (word: string, list: readonly string[]): boolean =>
    word === '' || /^\d+$/.test(word) || list.some((one) => one.startsWith(`${word}:`));
  if (isKnown(name, users) && isKnown(group, groups)) {
    return { user: undefined, items: [] };
  }
  const findNumber = (word: string, list: readonly string[]): string | undefined =>
    /^\d*$/.test(word) ? word : list.find((one) => one.startsWith(`${word}:`))?.split(':')[1];
  const numbers = [findNumber(name, abi.users), findNumber(group, abi.groups)];
  const frame = { kind: 'user', name: wanted, neededBy: CONFIG_PATH, witness: wanted } as const;
  if (numbers.includes(undefined)) {
    const detail = 'the image does not have this user either';
    return { user: undefined, items: [{ ...frame, state: 'missing', detail }] };
  }
  const user = numbers.filter((number) => number !== '').join(':');
  const detail = `the base image does not have it; numeric ${user} works`;
  return { user, items: [{ ...frame, state: 'copied', detail }] };
}

/** Directories that programs expect in any system. */
const USUAL_FOLDERS: ReadonlySet<string> = new Set(['/run', '/tmp', '/var/tmp', '/var/run']);
const STATE_FOLDER = /^(?:\/var\/(?:lib|log|cache|spool)|\/run)\/([^/]+)$/;

/**
 * Directories for the state of the application, such as `/var/log/nginx`: those with the name of its
 * package, and those that do not belong to root. Programs do not create the ones above them.
 */
export function checkDirectories(
  { inventory, packages, base, plan }: CheckInput,
  own: readonly string[],
): readonly CheckItem[] {
  const [root] = plan.roots;
  const sources = new Set(own.flatMap((path) => packages.findSource(path) ?? []));
  return inventory.files.flatMap(({ path, type, uid }): CheckItem[] => {
    const [, name = ''] = STATE_FOLDER.exec(path) ?? [];
    const isState = name !== '' && (sources.has(name) || (uid !== 0 && !SYSTEM_FOLDERS.has(name)));
    const isNeeded = type !== 'regular' && (isState || USUAL_FOLDERS.has(path));
    if (!isNeeded || base.paths.hasPath(path)) {
      return [];
    }
    const frame = { kind: 'directory', name: path, state: 'copied', witness: path } as const;
    return [{ ...frame, neededBy: root?.path ?? CONFIG_PATH, detail: '' }];
  });
}

/** Directories of the package manager and of other parts of the system. */
const SYSTEM_FOLDERS: ReadonlySet<string> = new Set(['apt', 'man', 'partial']);
