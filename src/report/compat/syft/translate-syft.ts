import { defined } from '../../../foundation/core/defined.ts';
import { UserError } from '../../../foundation/core/error.ts';
import { formatConfigurationPlaces, readPeerConfiguration } from '../peer/peer-configuration.ts';
import type { PeerHost } from '../peer/peer-host.ts';
import {
  describePeerProject,
  formatArguments,
  type Line,
  mergeValues,
  readLine,
  refuseUnsupported,
  translateOutput,
} from '../peer/peer-line.ts';
import type { Translation } from '../peer/translation.ts';
import { formatVersionInfo } from '../peer/version-text.ts';
import { SYFT, type SyftCommand } from './syft-flags.data.ts';
import { formatSyftHelp } from './syft-help.ts';

/**
 * Parses a command line of Syft, and returns our equivalent.
 *
 * @throws UserError `E_USAGE` if Syft would not accept it either, `E_UNSUPPORTED` if only we do not
 *   support it
 */
export async function translateSyft(args: readonly string[], host: PeerHost): Promise<Translation> {
  const line = readLine(args, SYFT);
  if (line.flags.has('help') || line.command === 'help') {
    return { text: formatSyftHelp() };
  }
  if (line.flags.has('version') || line.command === 'version') {
    return { text: formatVersionInfo(line, SYFT, DOCUMENT_SCHEMA) };
  }
  refuseCommand(line);
  refuseUnsupported(line, SYFT);
  const configured = await readPeerConfiguration(SYFT, line.flags.get('config') ?? [], {
    host,
    targets: line.words,
  });
  const { values, notes, announcements } = configured;
  const project = describePeerProject(line, SYFT, configured);
  const answer = translateCommand(line, host) ?? { args: listArguments(line, values), notes };
  return { ...answer, announcements, ...defined({ project }) };
}

const COMMAND_FATES: Readonly<Partial<Record<SyftCommand, string>>> = {
  attest: 'write the SBOM with "plimsoll sbom" and sign it with cosign',
  login: 'log in with "docker login"; plimsoll uses its logins and helpers',
};

function refuseCommand({ command }: Line<SyftCommand>): void {
  const instead = COMMAND_FATES[command];
  if (instead !== undefined) {
    throw new UserError('E_UNSUPPORTED', `unsupported command "syft ${command}"`, {
      hint: instead,
    });
  }
}

/** Translates commands that read no target; returns `undefined` for the others. */
function translateCommand(line: Line<SyftCommand>, host: PeerHost): Translation | undefined {
  const [word] = line.words;
  switch (line.command) {
    case 'completion':
      return { args: ['completion', ...line.words] };
    case 'config':
      return word === 'locations'
        ? { text: formatConfigurationPlaces(SYFT, host) }
        : { args: ['config'] };
    case 'cataloger':
      return { args: listCatalogerArguments(line) };
    default:
      return undefined;
  }
}

function listCatalogerArguments({ flags, words }: Line<SyftCommand>): string[] {
  const kept = ['output', 'select-catalogers', 'override-default-catalogers', 'quiet'];
  const given = kept.flatMap((flag) =>
    (flags.get(flag) ?? []).map((value) => `--${flag}=${value}`),
  );
  return ['cataloger', ...words, ...given];
}

/** Names of formats that mean something else here, or have another default version. */
const FORMATS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    json: 'syft-json',
    table: 'sbom-table',
    'cyclonedx-json': 'cyclonedx-json@1.7',
    'cyclonedx-xml': 'cyclonedx-xml@1.7',
    cyclonedx: 'cyclonedx-xml@1.7',
    cyclone: 'cyclonedx-xml@1.7',
    cdx: 'cyclonedx-xml@1.7',
  }),
);

function listArguments(
  line: Line<SyftCommand>,
  configured: ReadonlyMap<string, readonly string[]>,
): string[] {
  const { command, flags, words } = line;
  const values = mergeValues(line, SYFT, configured);
  const file = flags.get('file')?.at(-1);
  values.set(
    'output',
    (values.get('output') ?? ['table']).map((output) => translateOutput(output, FORMATS, file)),
  );
  const isConverting = command === 'convert';
  if (isConverting) {
    OF_SCANS_ONLY.forEach((name) => values.delete(name));
  }
  return [
    'sbom',
    ...formatArguments(values),
    '--parity',
    '--',
    // Syft reads no image archive as a document, even if it would be recognized as a target.
    ...words.map((word) => (isConverting && !word.startsWith('sbom:') ? `sbom:${word}` : word)),
  ];
}

/** Scan settings in configuration files do not apply to a conversion. */
const OF_SCANS_ONLY = [
  'scope',
  'platform',
  'from',
  'exclude',
  'select-catalogers',
  'override-default-catalogers',
  'name',
  'target-version',
  'target-supplier',
  'file-selection',
  'file-digests',
  'insecure-skip-tls-verify',
  'insecure-use-http',
  'ca-file',
] as const;

const DOCUMENT_SCHEMA = {
  member: 'schemaVersion',
  title: 'SchemaVersion',
  version: '16.1.10',
} as const;
