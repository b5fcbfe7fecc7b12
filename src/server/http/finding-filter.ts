import { z } from 'zod';
import { defined } from '../../foundation/core/defined.ts';
import { SEVERITIES } from '../../foundation/core/finding.ts';
import type { FindingChoice } from '../query/image-findings.ts';
import { SEVERITY } from './api-schemas.ts';

/** The filters of findings: lists and exports have the same ones. */
export const FINDING_FILTER = {
  severity: SEVERITY.optional().describe('the lowest severity'),
  vulnerability: z.string().max(200).optional(),
  package: z.string().max(2_000).optional().describe('exact name'),
  exploited: z.enum(['true', 'false']).optional(),
  fix: z.enum(['available', 'none']).optional(),
};

type FindingFilters = z.infer<z.ZodObject<typeof FINDING_FILTER>>;

/** Translates the filters of a request. */
export function readFindingFilter({
  severity,
  vulnerability,
  package: name,
  exploited,
  fix,
}: FindingFilters): FindingChoice {
  return defined({
    severity: severity === undefined ? undefined : SEVERITIES.indexOf(severity),
    vulnerability,
    package: name,
    isExploited: exploited === undefined ? undefined : exploited === 'true',
    hasFix: fix === undefined ? undefined : fix === 'available',
  });
}
