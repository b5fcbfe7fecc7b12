/* Origin: our own. A test compares the list with the formats themselves. */

/** Formats of findings, sorted. The help lists them without loading their code. */
export const SCAN_FORMATS = [
  'csaf-vex',
  'csv',
  'cyclonedx-json',
  'cyclonedx-vex',
  'cyclonedx-xml',
  'github-annotations',
  'gitlab',
  'grype-json',
  'html',
  'json',
  'junit',
  'markdown',
  'openvex',
  'sarif',
  'spdx-json',
  'table',
  'template',
] as const;
