import { openDatabase } from '../advisory/open-database.ts';
import type { Alert, Findings } from '../core/finding.ts';
import type { Inventory } from '../core/inventory.ts';
import { systemTemporaryFolder } from '../read/temporary-folder.ts';
import { type EvaluateOptions, evaluate } from './evaluate.ts';
import { readInventory } from './read-inventory.ts';
import type { ScanOptions } from './scan-options.ts';

/** As {@link ScanOptions}; temporary files go where those of the system go, unless one is named. */
export type SbomOptions = Omit<ScanOptions, 'temporaryFolder'> &
  Partial<Pick<ScanOptions, 'temporaryFolder'>>;

export interface ScanTargetOptions extends SbomOptions, Omit<EvaluateOptions, 'progress'> {
  /** The folder of an advisory database; without one, nothing is evaluated, and that is said. */
  readonly database?: string;
}

/** What is on board of a target, and what of it is dangerous. */
export interface ScanResult {
  readonly inventory: Inventory;
  readonly findings: Findings;
}

/**
 * What is on board of an image, an archive, a directory or an SBOM.
 *
 * @param target `alpine.tar`, or with its source named: `oci-archive:alpine.tar`
 * @throws UserError where the target cannot be found or is not well formed; what concerns single
 * files is recorded in the `problems` of the inventory instead.
 */
export async function sbom(target: string, options: SbomOptions = {}): Promise<Inventory> {
  const { temporaryFolder = systemTemporaryFolder() } = options;
  return await readInventory(target, { ...options, temporaryFolder });
}

/**
 * What is on board of a target, and what of it is dangerous as far as the database knows.
 *
 * @param target `alpine.tar`, or with its source named: `oci-archive:alpine.tar`
 * @throws UserError where the target or the database cannot be read
 */
export async function scan(target: string, options: ScanTargetOptions = {}): Promise<ScanResult> {
  const { database: folder, isByCve, isParity, now, ...reading } = options;
  using database = folder === undefined ? undefined : openDatabase(folder);
  const inventory = await sbom(target, reading);
  if (database === undefined) {
    return { inventory, findings: notEvaluated() };
  }
  const { progress } = options;
  const findings = evaluate(inventory, database, {
    ...(isByCve === undefined ? {} : { isByCve }),
    ...(isParity === undefined ? {} : { isParity }),
    ...(now === undefined ? {} : { now }),
    ...(progress === undefined ? {} : { progress }),
  });
  return { inventory, findings };
}

/** Without a database nothing is looked up, which is another answer than "nothing was found". */
function notEvaluated(): Findings {
  const message = 'vulnerabilities were not evaluated: there is no advisory database';
  const missing: Alert = { kind: 'database-missing', message, packageKeys: [] };
  return {
    database: undefined,
    findings: [],
    ignored: [],
    unevaluated: [],
    alerts: [missing],
  };
}
