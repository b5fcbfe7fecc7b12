import type { Assessment } from '../../foundation/core/assessment.ts';
import type { Finding } from '../../foundation/core/finding.ts';
import type { SurfaceDimension, SurfaceId } from '../../foundation/core/surface.ts';
import { describeFile, type ImageFiles } from './image-files.ts';
import type { PlannedFinding, Prediction, SurfaceStep } from './removal-plan.ts';

/** Dimensions whose items are paths, so that dropping the files lowers them. */
const PATH_DIMENSIONS: ReadonlySet<SurfaceId> = new Set([
  'executables',
  'scripts',
  'commands',
  'setuid-files',
  'capability-files',
  'shells',
  'package-managers',
  'downloaders',
  'interpreters',
  'compilers',
  'network-tools',
  'listeners',
  'secrets',
  'verified-secrets',
]);

/** Predicts the effect of the loss of files and packages; pure set arithmetic. */
export class Predictor {
  readonly #files: ImageFiles;
  readonly #surface: readonly SurfaceDimension[];
  readonly #findings: ReadonlyMap<string, readonly Finding[]> | undefined;

  constructor({ inventory, findings }: Assessment, files: ImageFiles) {
    this.#files = files;
    this.#surface = inventory.surface?.dimensions ?? [];
    this.#findings =
      findings?.database === undefined
        ? undefined
        : Map.groupBy(findings.findings, ({ packageKey }) => packageKey);
  }

  /** @param packages keys of the packages that leave the inventory */
  computeLoss(dropped: readonly string[], packages: readonly string[] = []): Prediction {
    const findings = this.listFindings(packages);
    return {
      ...(findings === undefined ? {} : { findings }),
      files: dropped.length,
      bytes: this.sumBytes(dropped),
      packages,
      surface: this.#listSurfaceSteps(new Set(dropped), packages.length),
    };
  }

  /** Returns `undefined` if vulnerabilities were not evaluated. */
  listFindings(packages: readonly string[]): readonly PlannedFinding[] | undefined {
    const known = this.#findings;
    return known === undefined
      ? undefined
      : packages.flatMap((key) =>
          (known.get(key) ?? []).map(({ id, packageKey, severity }) => {
            return { id, packageKey, severity };
          }),
        );
  }

  sumBytes(paths: readonly string[]): number {
    return paths.reduce((sum, path) => {
      const file = this.#files.findFile(path);
      return file?.type === 'regular' ? sum + file.sizeBytes : sum;
    }, 0);
  }

  /** Returns the paths that a dimension counts, links resolved. */
  listItems(id: SurfaceId): readonly string[] {
    const items = this.#surface.find((one) => one.id === id)?.items ?? [];
    return [...new Set(items.flatMap(listPaths))];
  }

  #listSurfaceSteps(dropped: ReadonlySet<string>, packages: number): readonly SurfaceStep[] {
    return this.#surface.flatMap(({ id, value, items }): readonly SurfaceStep[] => {
      if (value === undefined) {
        return [];
      }
      const lost = id === 'packages' ? packages : countLostItems(id, items, dropped);
      return lost === 0 ? [] : [{ id, from: value, to: value - lost }];
    });
  }
}

function countLostItems(
  id: SurfaceId,
  items: readonly string[],
  dropped: ReadonlySet<string>,
): number {
  return PATH_DIMENSIONS.has(id)
    ? items.filter((item) => listPaths(item).some((path) => dropped.has(path))).length
    : 0;
}

/** A command behind a link is listed as `/bin/sh → /bin/dash`. */
function listPaths(item: string): readonly string[] {
  return item.split(' → ');
}

/** Sums the sizes of files as they are stored: a hard link adds nothing. */
export function sumStoredBytes(files: ImageFiles): number {
  return files
    .listFiles()
    .reduce(
      (sum, file) => (file.type === 'regular' ? sum + describeFile(file, files).sizeBytes : sum),
      0,
    );
}
