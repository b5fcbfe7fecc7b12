import { compareText } from '../../../foundation/core/compare-text.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { UserError } from '../../../foundation/core/error.ts';
import {
  formatConfigurationPlaces,
  type PeerConfiguration,
  readPeerConfiguration,
} from '../peer/peer-configuration.ts';
import type { PeerHost } from '../peer/peer-host.ts';
import {
  describePeerProject,
  formatArguments,
  type Line,
  mergeValues,
  readLine,
  refuseUnsupported,
  toRuleFile,
  translateOutput,
} from '../peer/peer-line.ts';
import type { Translation } from '../peer/translation.ts';
import { formatVersionInfo } from '../peer/version-text.ts';
import { GRYPE, type GrypeCommand } from './grype-flags.data.ts';
import { formatGrypeHelp } from './grype-help.ts';

/** Our statuses that mean the same in Grype: a gate failed, and a newer database is available. */
const STATUSES = [2, 100] as const;

/**
 * Parses a command line of Grype, and returns our equivalent.
 *
 * @throws UserError `E_USAGE` if Grype would not accept it either, `E_UNSUPPORTED` if only we do
 *   not support it
 */
export async function translateGrype(
  args: readonly string[],
  host: PeerHost,
): Promise<Translation> {
  const line = readLine(args, GRYPE);
  if (line.flags.has('help') || line.command === 'help') {
    return { text: formatGrypeHelp() };
  }
  if (line.flags.has('version') || line.command === 'version') {
    return { text: formatVersionInfo(line, GRYPE, DATABASE_SCHEMA) };
  }
  refuseUnsupported(line, GRYPE);
  const configured = await readPeerConfiguration(GRYPE, line.flags.get('config') ?? [], {
    host,
    targets: line.words,
  });
  const project = describePeerProject(line, GRYPE, configured);
  return {
    ...translateCommand(line, configured, host),
    announcements: configured.announcements,
    ...defined({ project }),
    statuses: STATUSES,
  };
}

function translateCommand(
  line: Line<GrypeCommand>,
  configured: PeerConfiguration,
  host: PeerHost,
): { readonly args: readonly string[]; readonly notes?: readonly string[] } | { text: string } {
  const { notes } = configured;
  switch (line.command) {
    case 'completion':
      return { args: ['completion', ...line.words] };
    case 'config':
      return line.words[0] === 'locations'
        ? { text: formatConfigurationPlaces(GRYPE, host) }
        : { args: ['config'] };
    case 'db':
      return { args: listDatabaseArguments(line, configured), notes };
    case 'explain':
      return { args: explainArguments(line, configured), notes };
    default:
      return { args: scanArguments(line, configured), notes };
  }
}

/** Configured options that concern the database. */
const OF_DATABASE = ['db-url', 'ca-file', 'quiet', 'verbose'] as const;

function selectValues(
  values: ReadonlyMap<string, readonly string[]>,
  names: readonly string[],
): (readonly [string, readonly string[]])[] {
  return [...values].filter(([name]) => names.includes(name));
}

const SUPPORTED_WORDS = [
  'status',
  'update',
  'check',
  'list',
  'import',
  'providers',
  'search',
  'diff',
  'delete',
];

function listDatabaseArguments(line: Line<GrypeCommand>, configured: PeerConfiguration): string[] {
  const [word = 'status', ...rest] = line.words;
  if (!SUPPORTED_WORDS.includes(word)) {
    throw new UserError('E_USAGE', `unknown command "${word}" for "grype db"`, {
      hint: `use one of: ${SUPPORTED_WORDS.join(', ')}`,
    });
  }
  const values = mergeValues(line, GRYPE, configured.values);
  const format = line.flags.get('output')?.at(-1);
  return [
    'db',
    word,
    ...formatArguments(selectValues(values, OF_DATABASE)),
    ...listAgeArguments(configured),
    ...(format === undefined ? [] : [`--output=${format === 'raw' ? 'json' : format}`]),
    ...(line.flags.get('distro') ?? []).map((distro) => `--distro=${distro}`),
    '--',
    ...(word === 'search' ? listSearchTerms(line, rest) : rest),
  ];
}

/** `search` takes its terms from flags, `search vuln` from arguments. */
function listSearchTerms({ flags }: Line<GrypeCommand>, [first, ...ids]: string[]): string[] {
  const named = [...(flags.get('vuln') ?? []), ...(flags.get('pkg') ?? [])];
  return first === 'vuln' ? [...ids, ...named] : named;
}

function explainArguments(line: Line<GrypeCommand>, configured: PeerConfiguration): string[] {
  const ids = line.flags.get('id') ?? [];
  if (ids.length === 0) {
    throw new UserError('E_USAGE', 'missing vulnerability id', {
      hint: 'name one, for example: grype explain --id CVE-2023-0286 < result.json',
    });
  }
  const values = mergeValues(line, GRYPE, configured.values);
  const known = ['quiet', 'verbose', 'db-url', 'ca-file', 'db-auto-update', 'by-cve'];
  return [
    'why',
    ...formatArguments(selectValues(values, known)),
    ...listAgeArguments(configured),
    '--parity',
    '--',
    '-',
    [...new Set(ids)].sort(compareText).join(','),
  ];
}

/** Names of formats that mean something else here, or have another default version. */
const FORMATS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    json: 'grype-json',
    cyclonedx: 'cyclonedx-xml@1.7',
    'cyclonedx-xml': 'cyclonedx-xml@1.7',
    'cyclonedx-json': 'cyclonedx-json@1.7',
    'embedded-cyclonedx-vex-json': 'cyclonedx-json@1.7',
    'embedded-cyclonedx-vex-xml': 'cyclonedx-xml@1.7',
  }),
);

function scanArguments(line: Line<GrypeCommand>, configured: PeerConfiguration): string[] {
  const values = mergeValues(line, GRYPE, configured.values);
  const file = (line.flags.get('file') ?? configured.own.get('file'))?.at(-1);
  values.set(
    'output',
    (values.get('output') ?? ['table']).map((output) => translateOutput(output, FORMATS, file)),
  );
  const from = values.get('from')?.[0];
  return [
    'scan',
    ...formatArguments([...values].filter(([name]) => name !== 'from')),
    ...(from === undefined ? [] : [`--from=${from}`]),
    ...configured.files.map((path) => `--ignore-file=${toRuleFile(GRYPE, path)}`),
    ...listAgeArguments(configured),
    '--no-derive',
    '--parity',
    '--',
    ...findTarget(line),
  ];
}

/** Sources that have another name in Grype. */
const SOURCES: ReadonlyMap<string, string> = new Map(Object.entries({ cpes: 'cpe' }));
const ABSENT_SOURCES: readonly string[] = ['singularity', 'zarf'];

/** Without a target Grype reads standard input, unless that is a terminal. */
function findTarget({ words }: Line<GrypeCommand>): readonly string[] {
  const [target, ...rest] = words;
  if (target === undefined) {
    return ['-'];
  }
  const scheme = /^([a-z-]+):/.exec(target)?.[1] ?? '';
  if (ABSENT_SOURCES.includes(scheme)) {
    throw new UserError('E_UNSUPPORTED', `unsupported source "${scheme}"`, {
      hint: 'unpack it, and name the image or the SBOM in it',
    });
  }
  const ours = SOURCES.get(scheme);
  return [ours === undefined ? target : `${ours}${target.slice(scheme.length)}`, ...rest];
}

const DAY_HOURS = 24;

/** Translates the maximum age of the database from a Go duration; only hours count. */
function listAgeArguments({ own }: PeerConfiguration): string[] {
  if (own.get('db.validate-age')?.at(-1) === 'false') {
    return ['--db-max-age=0'];
  }
  const hours = /^(\d{1,6})h/.exec(own.get('db.max-allowed-built-age')?.at(-1) ?? '')?.[1];
  return hours === undefined
    ? []
    : [`--db-max-age=${Math.max(1, Math.ceil(Number(hours) / DAY_HOURS))}`];
}

const DATABASE_SCHEMA = {
  member: 'supportedDbSchema',
  title: 'Supported DB Schema',
  version: 6,
} as const;
