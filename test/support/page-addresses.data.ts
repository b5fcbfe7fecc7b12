/* Origin: our own. */

/** Pages of any store, with filters that match and filters that do not. */
export const PAGES = [
  '/',
  '/changes',
  '/images',
  '/images?verdict=fail&gate=low&sort=name',
  '/images?q=nothing-is-called-so',
  '/findings',
  '/findings?severity=critical',
  '/exposure',
  '/exposure?package=libc6&below=2.32',
  '/exposure?vulnerability=CVE-2021-33574',
  '/review',
  '/compliance',
  '/health',
  '/search?q=lib',
  '/due',
  '/decide',
  '/timeline',
  '/settings',
  '/placements',
  '/watched',
] as const;

/** Pages of the sample images. */
export const SAMPLE_PAGES = [
  ...PAGES,
  '/images/1',
  '/images/3',
  '/images/3/finding?vulnerability=CVE-2021-33574',
  '/compare',
  '/compare?a=2&b=3',
  '/changes/4',
] as const;

/** Rules of axe that every page meets. */
export const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
