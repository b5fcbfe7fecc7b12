/**
 * The library: lists the packages of a target and their known vulnerabilities.
 *
 * @module
 */
export { buildDatabase } from './advisory/build-database.ts';
export { importDatabase } from './advisory/import-database.ts';
export { openDatabase } from './advisory/open-database.ts';
export { mergeInventories } from './assemble/merge-inventories.ts';
export { readInventory } from './assess/read-inventory.ts';
export { readSbom } from './assess/read-sbom.ts';
export type { ScanOptions } from './assess/scan-options.ts';
export { compareResults } from './compare/compare-results.ts';
export type { Difference } from './compare/difference.ts';
export type { Result } from './compare/finding-changes.ts';
export type { Advisory, AdvisoryDatabase, VulnerabilityRecord } from './core/advisory.ts';
export { ERROR_CODES, EXIT_STATUS, UserError } from './core/error.ts';
export type { Finding, Findings, Match, MatchReason } from './core/finding.ts';
export type { Format, FormatOptions, Report } from './core/format.ts';
export { type Inventory, type InventoryPackage, isComplete } from './core/inventory.ts';
export { DEFAULT_LIMITS, type Limits } from './core/limits.ts';
export type { Package } from './core/package.ts';
export type { PolicyVerdict } from './core/policy-verdict.ts';
export type { Problem } from './core/problem.ts';
export { type Progress, type ProgressEvent, SILENT } from './core/progress.ts';
export type { Sink } from './core/sink.ts';
export { type DocumentOptions, documentText, writeDocument } from './library/dated-document.ts';
export { type EvaluateOptions, evaluate } from './library/evaluate.ts';
export {
  type CheckTargetOptions,
  check,
  type SbomOptions,
  type ScanResult,
  type ScanTargetOptions,
  sbom,
  scan,
} from './library/library.ts';
export type { ReportSeed } from './output/document-text.ts';
export { formats } from './output/formats.ts';
