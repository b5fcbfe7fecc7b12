import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Ports } from '../assess/ports.ts';
import { readTargetInventory } from '../assess/read-target-inventory.ts';
import type {
  BaseRequest,
  DatabaseRequest,
  DecisionRequest,
  GateRequest,
  PipelineRequest,
  ReadingRequest,
  RefreshRequest,
} from '../assess/request.ts';
import type { CacheOptions, FileOptions, ScanOptions } from '../assess/scan-options.ts';
import { COMMAND_NAMES } from '../foundation/config/command-names.data.ts';
import type { Options } from '../foundation/config/resolve-options.ts';
import { FIX_STATES, type FixState } from '../foundation/core/advisory.ts';
import { defined } from '../foundation/core/defined.ts';
import { EXIT_STATUS, UserError } from '../foundation/core/error.ts';
import { SEVERITIES } from '../foundation/core/finding.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import type { Limits } from '../foundation/core/limits.ts';
import { findNearest } from '../foundation/core/option-suggestion.ts';
import type { PublishedArchives } from '../foundation/core/published-archives.ts';
import { formatCount } from '../foundation/core/screen-text.ts';
import { formatSuggestion } from '../foundation/core/suggestion-hint.ts';
import type { NetworkOptions } from '../foundation/core/target.ts';
import { VEX_PLACES } from '../foundation/core/vex-reader.ts';
import { parseDigestAlgorithms } from '../inventory/assemble/file-digests.ts';
import { ARCHIVE_INDEX_FILE } from '../vulnerability/advisory/archive-index-file.ts';
import { checkPin } from '../vulnerability/advisory/pinned-archive.ts';
import type { FilterOptions } from '../vulnerability/decide/filter-decider.ts';
import type { MatchOptions } from '../vulnerability/match/match-inventory.ts';
import { buildIdentity } from './build-identity.ts';
import type { Context } from './command.ts';
import {
  createTemporaryDirectory,
  getBaseStoreDirectory,
  getDatabaseDirectory,
  getFactCacheDirectory,
} from './folders.ts';
import { readJustificationFiles } from './justification-files.ts';
import { createKeylessVerifier } from './keyless-trust.ts';
import { listProjectProblems } from './project-file.ts';
import { requireWord } from './require-word.ts';

/** Creates the ports through which the pipeline uses the environment of a command. */
export function createPorts(context: Context): Ports {
  const { now, progress, resources, environment, resolved } = context;
  return {
    now,
    machineTime: new Date().toISOString(),
    progress,
    resources,
    environment,
    network: createNetworkOptions(resolved.values),
    temporaryFolder: () => createTemporaryDirectory(resources),
    notify: (message) => context.notify(message),
  };
}

interface RequestMore {
  /** Documents in addition to those of the options, after them. */
  readonly vexFiles?: readonly string[];
  /** Whether packages without a record are not recognized by their files. */
  readonly isRecordsOnly?: boolean;
}

/**
 * Creates a request from the options of a command.
 *
 * @throws UserError if options contradict each other or name something that does not exist
 */
export async function createRequest(
  context: Context,
  { vexFiles = [], isRecordsOnly = false }: RequestMore = {},
): Promise<PipelineRequest> {
  const { values } = context.resolved;
  const { parity, byCve, baseline } = values;
  // Checked first: invalid options must not cost the time of opening a target.
  const gateRequest = await createGateRequest(values);
  checkGateOrigin(context);
  const decisions = {
    ...createDecisionRequest(context, vexFiles),
    ...(await createVexVerifier(context)),
  };
  const request: PipelineRequest = {
    reading: await createReadingRequest(context),
    problems: listProjectProblems(context),
    declared: {
      ...defined({
        version: values.targetVersion,
        supplier: values.targetSupplier,
        distro: values.distro,
      }),
      addsCpes: values.addCpesIfNone,
    },
    database: createDatabaseRequest(context),
    ...defined({
      base: createBaseRequest(context),
      recognition: isRecordsOnly ? undefined : createRecognition(context),
    }),
    isByCve: byCve,
    decisions,
    ...defined({ baselineFile: baseline }),
    gates: gateRequest,
  };
  if (!parity) {
    return request;
  }
  const { toParityRequest } = await import('../report/compat/grype/parity/parity-request.ts');
  return toParityRequest(request);
}

/** Creates match options from the options of a command. */
export async function createMatchOptions({ resolved, now }: Context): Promise<MatchOptions> {
  const { parity, byCve: isByCve } = resolved.values;
  if (!parity) {
    return { isByCve, now };
  }
  const { createGrypeStrategy } = await import('../report/compat/grype/parity/grype-strategy.ts');
  return { strategy: createGrypeStrategy(), isByCve, now };
}

/** Returns the database that the options name, and whether it may be updated first. */
function createDatabaseRequest({ resolved, environment }: Context): DatabaseRequest {
  const { dbAutoUpdate, dbMaxAge, dbDigest } = resolved.values;
  checkPin(dbDigest);
  return {
    folder: getDatabaseDirectory(resolved.values, environment),
    isRequired: resolved.origins.db !== 'default',
    maxAgeDays: dbMaxAge,
    ...defined({ archiveDigest: dbDigest }),
    ...(dbAutoUpdate ? { refresh: createRefreshRequest(resolved.values) } : {}),
  };
}

function createBaseRequest({ resolved, environment }: Context): BaseRequest | undefined {
  const { base, gateOrigin } = resolved.values;
  const folder = getBaseStoreDirectory(resolved.values, environment);
  if (base === undefined && gateOrigin === 'all') {
    return undefined;
  }
  return { folder, ...(base === undefined || base === 'auto' ? {} : { name: base }) };
}

/** Returns the known base images; `undefined` if there are none, or if other scanners have none. */
function createRecognition({
  resolved,
  environment,
}: Context): PipelineRequest['recognition'] | undefined {
  const folder = getBaseStoreDirectory(resolved.values, environment);
  return resolved.values.parity || !existsSync(folder) ? undefined : { folder };
}

/** Returns the sources from which a newer database may be downloaded, and the way. */
export function createRefreshRequest(options: Options): RefreshRequest {
  const { dbUrl, caFile, dbDigest, dbKey, trustFirstKey, insecureDbHttp, allowHost, acceptLoss } =
    options;
  return {
    urls: dbUrl,
    isPlainAllowed: insecureDbHttp,
    allowedHosts: allowHost,
    isFirstKeyTrusted: trustFirstKey,
    isLossAccepted: acceptLoss,
    ...defined({ certificateFile: caFile, archiveDigest: dbDigest, keyFile: dbKey }),
  };
}

function createDecisionRequest(context: Context, vexFiles: readonly string[]): DecisionRequest {
  const { resolved, configurationFiles, projectRuleFiles } = context;
  const { values } = resolved;
  const { derive, vex, vexKey, vexFrom, ignoreFile, assertUnreachable } = values;
  const places = vexFrom
    .flatMap((list) => list.split(','))
    .map((place) => requireWord('--vex-from', place, VEX_PLACES));
  if (places.length === 0 && vexKey.length > 0) {
    throw new UserError('E_USAGE', '--vex-key requires --vex-from', {
      hint: 'add, for example: --vex-from referrers',
    });
  }
  return {
    filters: createFilters(values),
    configurationFiles: configurationFiles.map(({ path, bytes, origin }) => {
      return { path, bytes, isProject: origin === 'project' };
    }),
    ignoreFiles: ignoreFile,
    projectIgnoreFiles: projectRuleFiles,
    justificationFiles: readJustificationFiles(context),
    vexFiles: [...vex, ...vexFiles],
    vexFrom: places,
    vexKeyFiles: vexKey,
    isDerived: derive,
    isUnreachableAsserted: assertUnreachable,
  };
}

async function createVexVerifier(
  context: Context,
): Promise<Pick<DecisionRequest, 'vexBundleVerifier'>> {
  const { vexFrom } = context.resolved.values;
  const verifier = vexFrom.length === 0 ? undefined : await createKeylessVerifier(context);
  return defined({ vexBundleVerifier: verifier });
}

async function createGateRequest(values: Options): Promise<GateRequest> {
  const { failOn, failOnNew, failOnDifference, baseline, gateOrigin } = values;
  const isApplicationOnly = gateOrigin === 'application';
  const threshold = SEVERITIES.find((word) => word === failOn);
  const differences =
    failOnDifference.length === 0 ? [] : await findDifferenceGates(failOnDifference);
  if (!failOnNew) {
    return { ...defined({ severity: threshold }), isApplicationOnly, differences };
  }
  if (baseline === undefined) {
    throw new UserError('E_USAGE', '--fail-on-new requires --baseline', {
      hint: 'name an earlier result with --baseline FILE',
    });
  }
  return { newSeverity: threshold ?? 'unknown', isApplicationOnly, differences };
}

/** Without a gate, `--of` would seem to select findings. */
function checkGateOrigin({ resolved: { values, origins } }: Context): void {
  const { failOn, failOnNew } = values;
  if (origins.gateOrigin === 'flag' && failOn === 'never' && !failOnNew) {
    throw new UserError('E_USAGE', '--of requires --fail-on or --fail-on-new', {
      hint: 'add, for example: --fail-on high',
    });
  }
}

/** Loads the gates only if some are named: commands without findings have no verdict. */
async function findDifferenceGates(lists: readonly string[]): Promise<readonly string[]> {
  const { gates } = await import('../compliance/policy/gate/registry.generated.ts');
  const ids = gates
    .filter(({ id, isEnabled }) => isEnabled({ differences: [id] }))
    .map(({ id }) => id);
  return lists
    .flatMap((list) => list.split(','))
    .map((name) => requireWord('--fail-on-difference', name, ids));
}

const NOT_FIXED: readonly FixState[] = ['not-fixed', 'wont-fix', 'unknown'];

function createFilters(values: Options): FilterOptions {
  const { onlyFixed, onlyNotfixed, ignoreStates } = values;
  const leastSeverity = SEVERITIES.find((word) => word === values.severity) ?? 'unknown';
  const chosen = [onlyFixed, onlyNotfixed, ignoreStates.length > 0].filter(Boolean).length;
  if (chosen > 1) {
    throw new UserError(
      'E_USAGE',
      `--only-fixed, --only-notfixed and --ignore-states cannot be combined: ${formatCount(chosen, 'of them is', 'of them are')} given`,
      { hint: 'use --ignore-states alone' },
    );
  }
  if (onlyFixed) {
    return { ignoredStates: NOT_FIXED, statesOption: 'only-fixed', leastSeverity };
  }
  if (onlyNotfixed) {
    return { ignoredStates: ['fixed'], statesOption: 'only-notfixed', leastSeverity };
  }
  return { ignoredStates: ignoreStates.flatMap(findStates), leastSeverity };
}

function findStates(list: string): readonly FixState[] {
  return list.split(',').map((state) => requireWord('--ignore-states', state, FIX_STATES));
}

type InventoryMore = Pick<
  ReadingRequest,
  'isReachRequested' | 'isSurfaceRequested' | 'files' | 'onAbi'
> &
  Pick<RequestMore, 'isRecordsOnly'> &
  Pick<ScanOptions, 'onDocument'>;

/** Reads a target as the options request, without matching it. */
export async function readContextInventory(
  target: string,
  context: Context,
  { isRecordsOnly = false, onDocument, ...more }: InventoryMore = {},
): Promise<Inventory> {
  const request = await createRequest(context, { isRecordsOnly });
  const reading = { ...request.reading, ...more };
  return await runWithCommandHint(target, () =>
    readTargetInventory(
      target,
      { ...request, reading },
      createPorts(context),
      defined({ onDocument }),
    ),
  );
}

/** Runs `read`. A mistyped command is taken for a target, so the hint of its error names both. */
export async function runWithCommandHint<Result>(
  target: string,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw addCommandHint(error, target);
  }
}

/** Creates the request for reading a target from the options. */
export async function createReadingRequest(context: Context): Promise<ReadingRequest> {
  const { values } = context.resolved;
  const { platform, from, name, sbomFrom, scope, limits, maxMemory } = values;
  return {
    ...defined({ platform, from, name }),
    isAttachedSbom: sbomFrom === 'referrers',
    limits: addLicenseTextLimits(limits, values.licenseContent),
    ...(maxMemory === 0 ? {} : { memoryBytesMax: maxMemory }),
    scope,
    catalogers: values,
    files: createFileOptions(values),
    isReachRequested: values.reach || values.sortBy === 'reach',
    isSurfaceRequested: values.surface,
    ...createCacheOptions(context),
    ...(await openPublishedArchives(context)),
  };
}

/** Like {@link createReadingRequest}, with the ports of a command. */
export async function createScanOptions(context: Context): Promise<ScanOptions> {
  return {
    ...(await createReadingRequest(context)),
    network: createNetworkOptions(context.resolved.values),
    temporaryFolder: () => createTemporaryDirectory(context.resources),
    progress: context.progress,
  };
}

/** A separate limit that the user has set takes precedence. */
function addLicenseTextLimits(limits: Limits, content: Options['licenseContent']): Limits {
  const { licenseFileBytesMax, knownLicenseTextBytesMax, unknownLicenseTextBytesMax } = limits;
  return {
    ...limits,
    knownLicenseTextBytesMax: content === 'all' ? licenseFileBytesMax : knownLicenseTextBytesMax,
    unknownLicenseTextBytesMax:
      content === 'none' ? unknownLicenseTextBytesMax : licenseFileBytesMax,
  };
}

export function createFileOptions(options: Options): FileOptions {
  const { fileSelection, fileDigests, exclude, oneFileSystem, remember } = options;
  return {
    selection: remember ? 'all' : fileSelection,
    exclude,
    isOneFileSystem: oneFileSystem,
    ...(fileDigests.length === 0 ? {} : { digests: parseDigestAlgorithms(fileDigests) }),
  };
}

/** If the program runs from its sources, it changes without notice, so nothing is cached. */
export function createCacheOptions({ resolved: { values }, environment }: Context): {
  readonly cache?: CacheOptions;
} {
  const build = values.cache ? buildIdentity() : undefined;
  const folder = getFactCacheDirectory(values, environment);
  return build === undefined ? {} : { cache: { folder, build, isRenewed: values.verify } };
}

/** Opens the optional index of Java archives, if the user has imported one. */
async function openPublishedArchives({
  resolved: { values },
  environment,
  resources,
}: Context): Promise<{
  readonly publishedArchives?: PublishedArchives;
}> {
  const folder = getDatabaseDirectory(values, environment);
  if (!existsSync(join(folder, ARCHIVE_INDEX_FILE))) {
    return {};
  }
  const { openArchiveIndex } = await import('../vulnerability/advisory/archive-index.ts');
  const index = openArchiveIndex(folder);
  return index === undefined ? {} : { publishedArchives: resources.use(index) };
}

export function createNetworkOptions(options: Options): NetworkOptions {
  const { caFile } = options;
  return {
    isOffline: options.offline,
    isTlsUnchecked: options.insecureSkipTlsVerify,
    isPlainHttpAllowed: options.insecureUseHttp,
    allowedHosts: options.allowHost,
    registryMirrors: options.registryMirror,
    ...defined({ certificateFile: caFile }),
  };
}

/** A mistyped command is taken for a target, so the hint names the command, too. */
function addCommandHint(error: unknown, target: string): unknown {
  const isUnreachable = error instanceof UserError && error.status === EXIT_STATUS.unreachable;
  const command = findNearest(target, COMMAND_NAMES);
  if (!isUnreachable || command === undefined) {
    return error;
  }
  const hint = formatSuggestion([`the command "${command}"`], error.hint);
  return new UserError(error.code, error.message, { hint, cause: error.cause });
}
