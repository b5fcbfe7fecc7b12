import { parseArgs } from 'node:util';
import { UserError } from '../../core/error.ts';
import { suggestionFor } from '../../core/option-suggestion.ts';
import type { Environment } from '../environment.ts';
import { VERSION } from '../package-version.ts';
import type { Translation } from '../peer-command.ts';
import { readSyftConfiguration, syftConfigurationPlaces } from './syft-configuration.ts';
import { SYFT_COMMANDS, SYFT_FLAGS, type SyftCommand, type SyftFlag } from './syft-flags.data.ts';
import { syftHelp } from './syft-help.ts';

/**
 * Understands a command line of Syft, and says which of ours does the same.
 *
 * @throws UserError `E_USAGE` for what Syft does not know either, `E_UNSUPPORTED` for what it has
 * and we have not
 */
export async function translateSyft(
  args: readonly string[],
  environment: Environment,
): Promise<Translation> {
  const line = readLine(args);
  if (line.flags.has('help') || line.command === 'help') {
    return { text: syftHelp() };
  }
  if (line.flags.has('version') || line.command === 'version') {
    return { text: versionText(line) };
  }
  refuseUnsupported(line);
  const { values, notes } = await readSyftConfiguration(
    line.flags.get('config') ?? [],
    environment,
  );
  const answer = ofCommand(line, environment);
  return answer ?? { args: ourArguments(line, values), notes };
}

interface Line {
  readonly command: SyftCommand;
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly words: readonly string[];
}

function readLine(args: readonly string[]): Line {
  const first = args.find((arg) => !arg.startsWith('-'));
  const named = SYFT_COMMANDS.find((each) => each === first);
  const command = named ?? 'scan';
  const known = SYFT_FLAGS.filter(({ commands }) => commands.includes(command));
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(known.map((each) => [each.flag, parserOption(each)])),
    strict: false,
    tokens: true,
  });
  const flags = new Map<string, string[]>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'option') {
      const flag = known.find((each) => each.flag === token.name);
      if (flag === undefined) {
        throw unknownFlag(token.rawName, command);
      }
      const value = valueOf(flag, token.value, token.rawName);
      if (value !== 'false' || flag.takes !== 'nothing') {
        flags.set(flag.flag, [...(flags.get(flag.flag) ?? []), value]);
      }
    } else if (token.kind === 'positional') {
      words.push(token.value);
    }
  }
  return { command, flags, words: named === undefined ? words : words.slice(1) };
}

function parserOption({ takes, short }: SyftFlag): { type: 'boolean' | 'string'; short?: string } {
  return {
    type: takes === 'nothing' ? 'boolean' : 'string',
    ...(short === undefined ? {} : { short }),
  };
}

function valueOf(flag: SyftFlag, value: string | undefined, rawName: string): string {
  if (flag.takes === 'nothing') {
    return value ?? 'true';
  }
  if (value === undefined) {
    throw new UserError('E_USAGE', `${rawName} needs a value`, {
      hint: `syft ${rawName} VALUE`,
    });
  }
  return rawName.startsWith('--') ? value : value.replace(/^=/, '');
}

function unknownFlag(rawName: string, command: SyftCommand): UserError {
  const flags = SYFT_FLAGS.filter(({ commands }) => commands.includes(command));
  return new UserError('E_USAGE', `"syft ${command}" has no flag ${rawName}`, {
    hint: suggestionFor(
      rawName.replace(/^-+/, ''),
      flags.map(({ flag }) => flag),
    ),
  });
}

const COMMAND_FATES: Readonly<Partial<Record<SyftCommand, string>>> = {
  attest: 'write the SBOM with "plimsoll sbom" and sign it with cosign',
  login: 'log in with "docker login"; its logins and helpers are used',
};

function refuseUnsupported({ command, flags }: Line): void {
  const instead = COMMAND_FATES[command];
  if (instead !== undefined) {
    throw new UserError('E_UNSUPPORTED', `there is no "syft ${command}" here`, { hint: instead });
  }
  for (const { flag, fate } of SYFT_FLAGS) {
    const values = flags.get(flag);
    if (fate.kind === 'unsupported' && values?.some((value) => value !== 'none')) {
      throw new UserError('E_UNSUPPORTED', `--${flag} of Syft is not there`, { hint: fate.why });
    }
  }
}

/** Answers of commands that read no target; `undefined` for the others. */
function ofCommand(line: Line, environment: Environment): Translation | undefined {
  const [word] = line.words;
  switch (line.command) {
    case 'completion':
      return { args: ['completion', ...line.words] };
    case 'config':
      return word === 'locations'
        ? {
            text: syftConfigurationPlaces(environment)
              .map((place) => `${place}\n`)
              .join(''),
          }
        : { args: ['config'] };
    case 'cataloger':
      return { args: catalogerArguments(line) };
    default:
      return undefined;
  }
}

function catalogerArguments({ flags, words }: Line): string[] {
  const kept = ['output', 'select-catalogers', 'override-default-catalogers', 'quiet'];
  const given = kept.flatMap((flag) =>
    (flags.get(flag) ?? []).map((value) => `--${flag}=${value}`),
  );
  return ['cataloger', ...words, ...given];
}

/** Names of formats that mean something else here, or have another usual version. */
const FORMATS: Readonly<Record<string, string>> = {
  json: 'syft-json',
  table: 'sbom-table',
  'cyclonedx-json': 'cyclonedx-json@1.7',
  'cyclonedx-xml': 'cyclonedx-xml@1.7',
  cyclonedx: 'cyclonedx-xml@1.7',
  cyclone: 'cyclonedx-xml@1.7',
  cdx: 'cyclonedx-xml@1.7',
};

function ourArguments(
  { command, flags, words }: Line,
  configured: ReadonlyMap<string, readonly string[]>,
): string[] {
  const values = new Map(configured);
  for (const { flag, takes, fate } of SYFT_FLAGS) {
    const given = flags.get(flag);
    if (given !== undefined && fate.kind === 'same') {
      values.set(fate.ours, takes === 'list' && flag !== 'output' ? flattened(given) : given);
    }
  }
  const file = flags.get('file')?.at(-1);
  values.set(
    'output',
    (values.get('output') ?? ['table']).map((wish) => outputOf(wish, file)),
  );
  const isConverting = command === 'convert';
  if (isConverting) {
    OF_SCANS_ONLY.forEach((name) => values.delete(name));
  }
  return [
    isConverting ? 'convert' : 'sbom',
    ...[...values].flatMap(([name, texts]) => texts.map((text) => `--${name}=${text}`)),
    '--parity',
    '--',
    ...words,
  ];
}

/** What configuration files say of scans means nothing to a conversion. */
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

function flattened(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(',')).map((value) => value.trim());
}

function outputOf(wish: string, file: string | undefined): string {
  const split = wish.indexOf('=');
  const word = split < 0 ? wish : wish.slice(0, split);
  const place = split < 0 ? (file === undefined ? '' : `=${file}`) : wish.slice(split);
  return `${FORMATS[word] ?? word}${place}`;
}

const SYFT_SCHEMA = '16.1.10';

function versionText({ command, flags }: Line): string {
  if (command !== 'version') {
    return `syft ${VERSION} (plimsoll)\n`;
  }
  const facts = {
    application: 'syft (plimsoll)',
    version: VERSION,
    platform: `${process.platform}/${process.arch}`,
    schemaVersion: SYFT_SCHEMA,
  };
  return flags.get('output')?.at(-1) === 'json'
    ? `${JSON.stringify(facts)}\n`
    : `Application:   ${facts.application}\nVersion:       ${facts.version}\n` +
        `Platform:      ${facts.platform}\nSchemaVersion: ${facts.schemaVersion}\n`;
}
