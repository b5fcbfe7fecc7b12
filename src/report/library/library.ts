import { assess } from '../../assess/assess.ts';
import type { Ports } from '../../assess/ports.ts';
import { readInventory } from '../../assess/read-inventory.ts';
import type {
  AssessmentRequest,
  DatabaseRequest,
  PipelineRequest,
  PolicyRequest,
  ReadingRequest,
} from '../../assess/request.ts';
import type { Assessment } from '../../foundation/core/assessment.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Findings } from '../../foundation/core/finding.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import type { PolicyVerdict } from '../../foundation/core/policy-verdict.ts';
import { SILENT } from '../../foundation/core/progress.ts';
import type { NetworkOptions } from '../../foundation/core/target.ts';
import { getSystemTemporaryFolder } from '../../image/read/temporary-folder.ts';

/** How a target is read, and the parts of the environment that reading may use. */
export interface SbomOptions extends ReadingRequest, Partial<Pick<Ports, 'progress'>> {
  /** How registries and container engines may be reached. */
  readonly network?: NetworkOptions;
  /** The parent of temporary directories; by default, the system's temporary directory. */
  readonly temporaryFolder?: string | (() => string);
}

/** All options of a scan: the same as on the command line. */
export interface ScanTargetOptions
  extends SbomOptions,
    Omit<AssessmentRequest, 'reading' | 'database'> {
  /**
   * The directory of an advisory database, or its update policy. Without one nothing is evaluated,
   * and the findings report that.
   */
  readonly database?: string | DatabaseRequest;
  /** Return Grype's result if this program differs on purpose. */
  readonly isParity?: boolean;
  /** RFC 3339; the time at which ages and expiries are judged. The current time by default. */
  readonly now?: string;
  /** Policies to evaluate, too; the verdict contains the result. None by default. */
  readonly policies?: readonly PolicySource[];
  /** Environment variables for proxies and credentials. None by default. */
  readonly environment?: Ports['environment'];
  /** Receives human-readable sentences. */
  readonly notify?: Ports['notify'];
}

/** An assessment with findings. */
export type ScanResult = Assessment & { readonly findings: Findings };

/**
 * Lists the contents of an image, an archive, a directory or an SBOM.
 *
 * @param target `alpine.tar`, or with its source: `oci-archive:alpine.tar`
 * @throws UserError if the target does not exist or is malformed; problems with single files are
 * recorded in the `problems` of the inventory instead
 */
export async function sbom(target: string, options: SbomOptions = {}): Promise<Inventory> {
  const { temporaryFolder = getSystemTemporaryFolder() } = options;
  return await readInventory(target, { ...options, temporaryFolder });
}

/**
 * Scans a target as the command line does: reads, matches, decides, compares with a baseline, and
 * judges gates.
 *
 * @param target `alpine.tar`, or with its source: `oci-archive:alpine.tar`
 * @throws UserError if the target, the database or a file that the options name cannot be read
 */
export async function scan(target: string, options: ScanTargetOptions = {}): Promise<ScanResult> {
  using resources = new DisposableStack();
  const assessment = await assess(
    target,
    await createRequest(options),
    createPorts(options, resources),
  );
  const { advisories: _, decisions: __, judged: ___, ...result } = assessment;
  return result;
}

/** A policy in YAML or JSON, with the name that messages use. */
export interface PolicySource {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The options of a scan; without policies, the pack `recommended` is evaluated. */
export type CheckTargetOptions = ScanTargetOptions;

/**
 * Decides by policies whether a target may ship, as `plimsoll check` does.
 *
 * @throws UserError `E_POLICY` if a policy is invalid, or as {@link scan} does
 */
export async function check(
  target: string,
  options: CheckTargetOptions = {},
): Promise<PolicyVerdict> {
  using resources = new DisposableStack();
  const { loadUsualPolicy } = await import('../../compliance/policy/load-policies.ts');
  const { policy = { policies: loadUsualPolicy() }, ...request } = await createRequest(options);
  const { checkTarget } = await import('../../assess/check-target.ts');
  const { verdict } = await checkTarget(target, policy, request, createPorts(options, resources));
  return verdict;
}

async function createRequest(options: ScanTargetOptions): Promise<PipelineRequest> {
  const { declared, isParity = false, isByCve, decisions, baselineFile, gates, database } = options;
  const { policies = [] } = options;
  const folder = typeof database === 'string' ? { folder: database, isRequired: true } : database;
  const request: PipelineRequest = {
    reading: options,
    ...defined({ declared, isByCve, decisions, baselineFile, gates, database: folder }),
    ...(policies.length === 0 ? {} : { policy: await createPolicyRequest(policies) }),
  };
  if (!isParity) {
    return request;
  }
  const { toParityRequest } = await import('../compat/grype/parity/parity-request.ts');
  return toParityRequest(request);
}

/** Code for policies is only loaded if there are some. */
async function createPolicyRequest(policies: readonly PolicySource[]): Promise<PolicyRequest> {
  const { loadPolicies } = await import('../../compliance/policy/load-policies.ts');
  return { policies: loadPolicies(policies) };
}

function createPorts(options: ScanTargetOptions, resources: DisposableStack): Ports {
  const { now = new Date().toISOString(), progress = SILENT, network = {} } = options;
  const { environment = {}, temporaryFolder = getSystemTemporaryFolder(), notify } = options;
  return {
    now,
    machineTime: new Date().toISOString(),
    progress,
    resources,
    network,
    environment,
    temporaryFolder,
    notify: notify ?? (() => undefined),
  };
}
