/**
 * The library: lists the packages of a target and their known vulnerabilities.
 *
 * @module
 */

export { readInventory } from './assess/read-inventory.ts';
export { readSbom } from './assess/read-sbom.ts';
export type { ScanOptions } from './assess/scan-options.ts';
export type {
  Advisory,
  AdvisoryDatabase,
  VulnerabilityRecord,
} from './foundation/core/advisory.ts';
export { ERROR_CODES, EXIT_STATUS, UserError } from './foundation/core/error.ts';
export type { Finding, Findings, Match, MatchReason } from './foundation/core/finding.ts';
export type { Format, FormatOptions, Report } from './foundation/core/format.ts';
export { type Inventory, type InventoryPackage, isComplete } from './foundation/core/inventory.ts';
export { DEFAULT_LIMITS, type Limits } from './foundation/core/limits.ts';
export type { Package } from './foundation/core/package.ts';
export type { PolicyVerdict } from './foundation/core/policy-verdict.ts';
export type { Problem } from './foundation/core/problem.ts';
export { type Progress, type ProgressEvent, SILENT } from './foundation/core/progress.ts';
export type { Sink } from './foundation/core/sink.ts';
export { compareResults } from './hardening/compare/compare-results.ts';
export type { Difference } from './hardening/compare/difference.ts';
export type { Result } from './hardening/compare/finding-changes.ts';
export { mergeInventories } from './inventory/assemble/merge-inventories.ts';
export {
  type DocumentOptions,
  documentText,
  writeDocument,
} from './report/library/dated-document.ts';
export { type EvaluateOptions, evaluate } from './report/library/evaluate.ts';
export {
  type CheckTargetOptions,
  check,
  type SbomOptions,
  type ScanResult,
  type ScanTargetOptions,
  sbom,
  scan,
} from './report/library/library.ts';
export type { ReportSeed } from './report/output/document-text.ts';
export { formats } from './report/output/formats.ts';
export { buildDatabase } from './vulnerability/advisory/build-database.ts';
export { importDatabase } from './vulnerability/advisory/import-database.ts';
export { openDatabase } from './vulnerability/advisory/open-database.ts';
