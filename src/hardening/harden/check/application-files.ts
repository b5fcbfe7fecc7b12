import type { Inventory, InventoryPackage } from '../../../foundation/core/inventory.ts';
import type { AbiFacts } from '../../base/provisions.ts';
import type { ImageFiles } from '../image-files.ts';
import type { PackageFiles } from '../package-files.ts';
import type { KeptFile, RemovalPlan } from '../removal-plan.ts';
import type { BaseContents } from './base-contents.ts';

/** The application's image, with the plan of its needs and look-ups in its files. */
export interface CheckedImage {
  readonly plan: RemovalPlan;
  readonly inventory: Inventory;
  readonly files: ImageFiles;
  readonly packages: PackageFiles;
}

/** An application and the base image to check it against. */
export interface CheckInput extends CheckedImage {
  readonly abi: AbiFacts;
  readonly base: BaseContents;
  /** Name of the base image. */
  readonly name: string;
  /** Why the analysis of the application is incomplete. */
  readonly doubts: readonly string[];
}

/** Every base image has its own: those of another one would break it. */
const SYSTEM_STATE =
  /^\/etc\/(?:passwd|group|shadow|gshadow|ld\.so\.(?:cache|conf)|hosts|hostname|resolv\.conf|nsswitch\.conf|mtab|localtime|timezone|shells)(?:-|$)/;

/** Other directories below `/var` hold the state of the system and its package manager. */
const APPLICATION_STATE = /^\/(?:var\/(?:www|opt)|srv|opt|app|data|home|usr\/local)\//;

/** Generated files of the system: if the application uses one, a step leads to it. */
const GENERATED = /^\/(?:etc|var|usr\/(?!local\/))/;

/** Programs that run others: the base image may have its own. */
const SHELLS = /\/(?:sh|bash|dash|ash|busybox|env)$/;

/**
 * Returns the files that make up the application: those that the image's own base image does not
 * have. If that is not known, those without a package of the operating system, and the packages of
 * the programs that the image starts.
 */
export function listApplicationFiles(
  image: CheckedImage,
  base: BaseContents,
  isInterpreter: (path: string) => boolean,
): readonly KeptFile[] {
  const isOwn = createOwnTest(image, isInterpreter);
  return image.plan.kept.filter(
    ({ path, because, sha256, type }) =>
      because !== 'inventory' &&
      !SYSTEM_STATE.test(path) &&
      (because !== 'state' || APPLICATION_STATE.test(path)) &&
      isOwn(path) &&
      !(type === 'regular' && sha256 !== undefined && base.hasFile(path, sha256)),
  );
}

function createOwnTest(
  { plan, inventory, files, packages }: CheckedImage,
  isInterpreter: (path: string) => boolean,
): (path: string) => boolean {
  const { base, target } = inventory;
  const listSystemOwners = (path: string): readonly InventoryPackage[] =>
    packages.listOwners(path).filter(({ language }) => language === '');
  if (base?.layers !== undefined && target.kind === 'image') {
    const lower = new Set(target.layers.slice(0, base.layers).map(({ diffId }) => diffId));
    return (path) => {
      const layer = files.findFile(path)?.layer;
      return layer === undefined || !lower.has(layer);
    };
  }
  const started = plan.roots
    .map(({ path }) => files.resolve(path))
    .filter((path) => !SHELLS.test(path) && !isInterpreter(path))
    .flatMap((path) => packages.findSource(path) ?? []);
  const sources = new Set(started);
  return (path) => {
    const owners = listSystemOwners(path);
    return owners.length === 0
      ? !GENERATED.test(path) || packages.listOwners(path).length > 0
      : sources.has(packages.findSource(path) ?? '');
  };
}
