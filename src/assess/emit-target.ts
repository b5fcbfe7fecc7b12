import { present } from '../foundation/core/assert.ts';
import type { FileView } from '../foundation/core/cataloger.ts';
import { UserError } from '../foundation/core/error.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import type { Problem, ProblemCode } from '../foundation/core/problem.ts';
import type { ImageDescription, LayerInput, OpenTarget } from '../foundation/core/target.ts';
import { type EmitOptions, type EmittedImage, emitImage } from '../hardening/emit/emit-image.ts';
import type { EmitPlan } from '../hardening/emit/emit-source.ts';
import { getDispatch } from '../image/read/dispatch.ts';
import { readEntries } from '../image/read/read-entries.ts';
import { distro } from '../inventory/catalog/distro/distro.ts';
import { useTarget } from './open-again.ts';
import type { ReadTarget } from './read-target.ts';
import type { ScanOptions } from './scan-options.ts';

/** An analyzed image, and the plan for it. */
export interface AnalyzedTarget {
  /** The target as the user named it. */
  readonly userInput: string;
  readonly read: ReadTarget;
  readonly inventory: Inventory;
  readonly plan: EmitPlan;
}

/**
 * Opens an analyzed image again and emits the part that its plan keeps.
 *
 * @throws UserError `E_USAGE` if it is not an image, `E_IMAGE_INVALID` or `E_LIMIT` if it was not
 *   read completely, `E_DIGEST_MISMATCH` if it has changed, and the errors of `emitImage`
 */
export async function emitTarget(
  { userInput, read, inventory, plan }: AnalyzedTarget,
  scanOptions: ScanOptions,
  emitOptions: EmitOptions,
): Promise<EmittedImage> {
  requireImage(inventory);
  requireWhole(read);
  return await useTarget(userInput, scanOptions, async ({ target, limits, spill }) => {
    const image = requireSameImage(target, inventory);
    const inputs: readonly LayerInput[] = target.layers;
    const layers = inputs.filter((layer) => layer.kind === 'blob');
    return await emitImage(
      {
        image,
        view: read.view,
        packages: inventory.packages,
        plan,
        identityFiles: listIdentityFiles(read.view),
        limits,
        spill,
        readLayer: (number, receiver) =>
          readEntries(present(layers[number], 'a layer of the image'), limits, receiver),
      },
      emitOptions,
    );
  });
}

/** A program and a database, which only stay if the plan keeps them. */
const NO_IDENTITY: ReadonlySet<string> = new Set(['busybox', 'dpkg-status']);
const NO_HEAD = new Uint8Array();

/** Without these files, a scan would match the packages of another system, or none. */
function listIdentityFiles(view: FileView): readonly string[] {
  const dispatch = getDispatch([distro]);
  return [...view.listPaths()].filter((path) =>
    dispatch.findWants(path, NO_HEAD).some(({ want }) => !NO_IDENTITY.has(want.role)),
  );
}

/** Problems of the reading pass after which files may be missing from the view. */
const LOSSES: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'P_LIMIT',
  'P_TRUNCATED',
  'P_MALFORMED',
  'P_UNSUPPORTED',
  'P_AMBIGUOUS',
]);

function requireImage({ target }: Inventory): void {
  if (target.kind !== 'image') {
    throw new UserError('E_USAGE', `"${target.userInput}" is not an image`, {
      hint: 'name an image archive, an OCI layout, or an image in a registry',
    });
  }
}

/**
 * A file that was not read would be missing from the emitted image. Problems of catalogers only
 * concern packages.
 */
function requireWhole({ problems, problemsOfViews, problemsNotListed }: ReadTarget): void {
  const loss = [...problems, ...problemsOfViews].find(
    ({ code, plugin }) => plugin === undefined && LOSSES.has(code),
  );
  if (loss !== undefined || problemsNotListed > 0) {
    throw new UserError(
      loss?.code === 'P_LIMIT' ? 'E_LIMIT' : 'E_IMAGE_INVALID',
      `the image was not read completely: ${formatProblem(loss)}`,
      { hint: 'raise the limit with --limit, or build the image again; see "plimsoll scan"' },
    );
  }
}

function formatProblem(problem: Problem | undefined): string {
  if (problem === undefined) {
    return 'it has more problems than problemsMax';
  }
  const { path, message } = problem;
  return path === undefined ? message : `${path}: ${message}`;
}

/** A tag of a registry may lead to another image by now. */
function requireSameImage(target: OpenTarget, { target: analyzed }: Inventory): ImageDescription {
  const { description } = target;
  if (
    description.kind !== 'image' ||
    analyzed.kind !== 'image' ||
    description.manifestDigest !== analyzed.manifestDigest ||
    description.imageId !== analyzed.imageId
  ) {
    throw new UserError('E_DIGEST_MISMATCH', 'the image changed after it was analyzed', {
      hint: 'run the command again, or name the image by its digest',
    });
  }
  return description;
}
