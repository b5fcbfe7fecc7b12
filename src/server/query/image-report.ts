import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { SeverityWord } from '../../foundation/core/finding.ts';
import { compareSides } from '../../hardening/compare/compare-results.ts';
import { type Comparison, createPairComparison } from '../../hardening/compare/comparison.ts';
import { listCurrentDecisions } from '../engine/decisions.ts';
import { loadFleetPolicy } from '../engine/fleet-policy.ts';
import { listCurrentStatements } from '../engine/statements.ts';
import type { PageContext } from '../pages/page.ts';
import { PRESET_GATE } from './fleet.ts';
import type { FleetImage } from './fleet-image.ts';
import type { ImageReport } from './image-assessments.ts';

/** An image with its report. */
export interface FoundImage {
  readonly image: FleetImage;
  readonly report: ImageReport;
}

/** Reads the report of an image; `undefined` if the store does not have the image. */
export async function readImageReport(
  { db, at, fleet, revision, assessments, now }: PageContext,
  id: string,
  gate: string,
): Promise<FoundImage | undefined> {
  const image = /^[1-9][0-9]{0,8}$/.test(id) ? fleet.get(Number(id)) : undefined;
  if (image === undefined || revision === undefined) {
    return undefined;
  }
  const row = await db
    .selectFrom('image')
    .select(['document', 'project'])
    .where('id', '=', image.id)
    .executeTakeFirst();
  if (row === undefined) {
    throw new UserError('E_IMAGE_UNKNOWN', `the store has no image ${image.id}`);
  }
  const { generation } = revision;
  const policy =
    gate === '' && fleet.policy !== undefined
      ? fleet.policy
      : loadFleetPolicy({ severity: (gate || PRESET_GATE) as SeverityWord, policies: [] });
  const decisions = await listCurrentDecisions(db, Date.parse(now), at);
  const { document, project } = row;
  const report = await assessments.assess({
    db,
    ...defined({ at }),
    document,
    project,
    generation,
    policy,
    decisions,
    statements: await listCurrentStatements(db, at),
    now,
  });
  return { image, report };
}

/** Compares two images as `plimsoll compare` does. */
export function compareImages(before: FoundImage, after: FoundImage): Comparison {
  const [left, right] = [before, after].map(({ image, report }) => ({
    name: image.name,
    inventory: report.inventory,
    findings: report.findings,
  })) as [Side, Side];
  return createPairComparison(compareSides(left, right));
}

type Side = Parameters<typeof compareSides>[0];
