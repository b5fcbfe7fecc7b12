/**
 * The library: what is on board of a target, and what of it is dangerous.
 *
 * @module
 */
export { importDatabase } from './advisory/import-database.ts';
export { openDatabase } from './advisory/open-database.ts';
export type { Advisory, AdvisoryDatabase, VulnerabilityRecord } from './core/advisory.ts';
export { ERROR_CODES, EXIT_STATUS, UserError } from './core/error.ts';
export type { Finding, Findings, Match, MatchReason } from './core/finding.ts';
export type { Format, FormatOptions, Report } from './core/format.ts';
export { type Inventory, type InventoryPackage, isComplete } from './core/inventory.ts';
export { DEFAULT_LIMITS, type Limits } from './core/limits.ts';
export type { Package } from './core/package.ts';
export type { Problem } from './core/problem.ts';
export type { Progress, ProgressEvent } from './core/progress.ts';
export type { Sink } from './core/sink.ts';
export { formats } from './format/registry.generated.ts';
export { type EvaluateOptions, evaluate, readInventory, type ScanOptions } from './scan/scan.ts';
