import { createHash } from 'node:crypto';
import { type Assessment, createAssessment } from '../../src/foundation/core/assessment.ts';
import type { Findings } from '../../src/foundation/core/finding.ts';
import type { InventoryFile } from '../../src/foundation/core/inventory.ts';
import type { Problem } from '../../src/foundation/core/problem.ts';
import { createRemovalPlan } from '../../src/hardening/harden/create-removal-plan.ts';
import type { PlanRequest, RemovalPlan } from '../../src/hardening/harden/removal-plan.ts';
import {
  createContent,
  findReach,
  type ImageFile,
  isProgram,
  type ReachImage,
} from './reach-image.ts';
import { IMAGE } from './sample-report.ts';

export interface PlanImage extends ReachImage {
  readonly request?: Partial<PlanRequest>;
  readonly findings?: Findings;
  /** Modes of files, by path. */
  readonly modes?: Readonly<Record<string, number>>;
  readonly layerBytes?: readonly number[];
  /** Directories that the inventory lists; others are not needed. */
  readonly folders?: readonly string[];
  /** What could not be read. */
  readonly problems?: readonly Problem[];
}

/** Plans the removal of what the entry point of a small image does not need. */
export function planRemoval(image: PlanImage): RemovalPlan {
  return planWithAssessment(image).plan;
}

/** Returns the assessment, too, on which reports depend. */
export function planWithAssessment(image: PlanImage): {
  readonly plan: RemovalPlan;
  readonly assessment: Assessment;
} {
  const { request = {}, findings, layerBytes = [], problems = [] } = image;
  const additions = {
    isEveryStepListed: true,
    ...(request.also === undefined
      ? {}
      : { commands: request.also.map((line) => ({ words: line.split(' '), rule: 'also' })) }),
  };
  const { inventory } = findReach({ ...image, additions });
  const files = [
    ...Object.entries(image.files).map(([path, file]) =>
      toInventoryFile(path, file, image.modes?.[path]),
    ),
    ...(image.folders ?? []).map(createFolder),
  ];
  const { keep = [], drop = [] } = request;
  const assessment = createAssessment({
    inventory: { ...inventory, files, layerBytes, problems },
    ...(findings === undefined ? {} : { findings }),
  });
  const plan = createRemovalPlan({
    assessment,
    image: inventory.target.kind === 'image' ? inventory.target : IMAGE,
    commandFolders: ['/usr/bin', '/bin'],
    request: { keepLevel: 'careful', keep, drop, also: [], ...request },
    isRequested: (path) => keep.includes(path),
    isDropped: (path) => drop.includes(path),
    droppedPackages: new Set(drop.filter((value) => !value.includes('/'))),
  });
  return { plan, assessment };
}

function createFolder(path: string): InventoryFile {
  return { path, type: 'directory', mode: 0o755, uid: 0, gid: 0, sizeBytes: 0, mimeType: '' };
}

function toInventoryFile(path: string, file: ImageFile, mode?: number): InventoryFile {
  const mimeType = typeof file === 'string' ? 'text/plain' : '';
  const common = { path, uid: 0, gid: 0, mimeType };
  if (typeof file === 'object' && 'link' in file) {
    return { ...common, type: 'symlink', mode: 0o777, sizeBytes: 0, linkTarget: file.link };
  }
  const content = createContent(file);
  return {
    ...common,
    type: 'regular',
    mode: mode ?? (isProgram(content) ? 0o755 : 0o644),
    sizeBytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  };
}
