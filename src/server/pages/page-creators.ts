import type { PageId } from './address.ts';
import { createCausePage } from './page/cause.ts';
import { createChangesPage } from './page/changes.ts';
import { createComparePage } from './page/compare.ts';
import { createCompliancePage } from './page/compliance.ts';
import { createControlPage } from './page/control.ts';
import { createDecidePage } from './page/decide.ts';
import { createDraftPage } from './page/draft.ts';
import { createDuePage } from './page/due.ts';
import { createExposurePage } from './page/exposure.ts';
import { createFindingPage } from './page/finding.ts';
import { createFindingsPage } from './page/findings.ts';
import { createHealthPage } from './page/health.ts';
import { createImagePage } from './page/image.ts';
import { createImagesPage } from './page/images.ts';
import { createOverviewPage } from './page/overview.ts';
import { createPlacementsPage } from './page/placements.ts';
import { createReviewPage } from './page/review.ts';
import { createSearchPage } from './page/search.ts';
import { createSettingsPage } from './page/settings.ts';
import { createTimelinePage } from './page/timeline.ts';
import { createWatchedPage } from './page/watched.ts';
import type { CreatePage } from './page.ts';

/** The function that creates each page. The feed is a document of another type. */
export const CREATORS: Readonly<Record<Exclude<PageId, 'atom' | 'packet'>, CreatePage>> = {
  overview: createOverviewPage,
  due: createDuePage,
  control: createControlPage,
  timeline: createTimelinePage,
  settings: createSettingsPage,
  decide: createDecidePage,
  draft: createDraftPage,
  changes: createChangesPage,
  cause: createCausePage,
  images: createImagesPage,
  placements: createPlacementsPage,
  image: createImagePage,
  finding: createFindingPage,
  findings: createFindingsPage,
  exposure: createExposurePage,
  review: createReviewPage,
  compliance: createCompliancePage,
  health: createHealthPage,
  watched: createWatchedPage,
  compare: createComparePage,
  search: createSearchPage,
};
