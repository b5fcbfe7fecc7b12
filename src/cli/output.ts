import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { CommandName } from '../foundation/config/command-names.data.ts';
import { defined } from '../foundation/core/defined.ts';
import { UserError } from '../foundation/core/error.ts';
import type { Format, FormatLoader } from '../foundation/core/format.ts';
import { findNearest } from '../foundation/core/option-suggestion.ts';
import { formatSuggestion } from '../foundation/core/suggestion-hint.ts';
import { toRealPath } from './real-path.ts';

/** The properties of a format by which it is chosen. */
export interface ChosenFormat extends Pick<Format, 'id' | 'aliases' | 'carries' | 'versions'> {
  /** Set if its destination is a directory, which need not exist. */
  readonly writesFolder?: true;
}

/** One value of `-o FORMAT[@VERSION][=FILE]`. */
export interface Output<Kind extends ChosenFormat = Format> {
  readonly format: Kind;
  /** Version of the format's schema; absent if none was requested. */
  readonly version?: string;
  /** Absent for standard output. */
  readonly file: string | undefined;
}

export interface OutputNeeds {
  readonly command: CommandName;
  /** Content that the command creates; a format must support one kind of it. */
  readonly carries: readonly Format['carries'][number][];
  readonly defaultFormat: string;
}

/**
 * Parses the values of `-o`, loads their formats and checks, before a long run, that each format
 * exists and supports the content of the command, that directories exist, and that no two results
 * have the same destination.
 *
 * @throws UserError `E_FORMAT`, `E_OUTPUT` or `E_USAGE`
 */
export async function chooseOutputs<Kind extends ChosenFormat>(
  values: readonly string[],
  loaders: readonly FormatLoader<Kind>[],
  needs: OutputNeeds,
): Promise<readonly Output<Kind>[]> {
  const outputs: Output<Kind>[] = [];
  for (const text of values.length === 0 ? [needs.defaultFormat] : values) {
    outputs.push(await chooseOutput(text, loaders, needs));
  }
  refuseCollisions(outputs);
  for (const { file, format } of outputs) {
    if (file !== undefined && format.writesFolder !== true) {
      checkDestination(file);
    }
  }
  return outputs;
}

async function chooseOutput<Kind extends ChosenFormat>(
  text: string,
  loaders: readonly FormatLoader<Kind>[],
  needs: OutputNeeds,
): Promise<Output<Kind>> {
  const split = text.indexOf('=');
  const word = split === -1 ? text : text.slice(0, split);
  const file = split === -1 ? undefined : text.slice(split + 1);
  if (file === '') {
    throw new UserError('E_USAGE', `missing file name: -o ${text}`);
  }
  const at = word.indexOf('@');
  const format = await chooseFormat(at === -1 ? word : word.slice(0, at), loaders, needs);
  const version = at === -1 ? undefined : chooseVersion(format, word, at);
  refuseWithoutFindings(format, version, needs);
  return { format, file, ...defined({ version }) };
}

/**
 * Finds a format by its ID or an alias. A format named `COMMAND-WORD` is the command's own form of
 * `WORD`: `-o table` of `plimsoll sbom` is `sbom-table`.
 */
async function chooseFormat<Kind extends ChosenFormat>(
  word: string,
  loaders: readonly FormatLoader<Kind>[],
  needs: OutputNeeds,
): Promise<Kind> {
  const named = [
    ...loaders.filter(({ id }) => id === `${needs.command}-${word}`),
    ...loaders.filter(({ id }) => id === word),
    ...loaders.filter(({ aliases }) => aliases.includes(word)),
  ];
  for (const { load } of named) {
    const format = await load();
    if (isCarrier(format, needs)) {
      return format;
    }
  }
  const formats = await Promise.all(loaders.map(({ load }) => load()));
  const matching = formats.filter((format) => isCarrier(format, needs));
  const ids = matching.map(({ id }) => id);
  if (named.some(({ id }) => id !== `${needs.command}-${word}`)) {
    throw new UserError(
      'E_FORMAT',
      `the format "${word}" does not contain ${needs.carries.join(' or ')}`,
      {
        hint: `use a format of "plimsoll ${needs.command}": ${ids.join(', ')}`,
      },
    );
  }
  const nearest = findNearest(word, [...ids, ...matching.flatMap(({ aliases }) => aliases)]);
  const near = nearest === undefined ? [] : [`"${nearest}"`];
  const otherwise = `use a format of "plimsoll ${needs.command}": ${ids.join(', ')}`;
  throw new UserError('E_FORMAT', `unknown format "${word}"`, {
    hint: formatSuggestion(near, otherwise),
  });
}

function isCarrier({ carries }: ChosenFormat, needs: OutputNeeds): boolean {
  return needs.carries.some((each) => carries.includes(each));
}

/** `word` is `FORMAT@VERSION`, with the `@` at this place. */
function chooseVersion({ id, versions }: ChosenFormat, word: string, at: number): string {
  const version = word.slice(at + 1);
  if (versions === undefined) {
    throw new UserError('E_FORMAT', `the format "${id}" has only one version: -o ${word}`, {
      hint: `-o ${id}`,
    });
  }
  if (!versions.all.includes(version)) {
    throw new UserError('E_FORMAT', `unknown version "${version}" of the format "${id}"`, {
      hint: `use a version of "${id}": ${versions.all.join(', ')}`,
    });
  }
  return version;
}

/** If findings are required, a version that cannot represent them is refused. */
function refuseWithoutFindings(
  { id, versions }: ChosenFormat,
  version: string | undefined,
  { carries }: OutputNeeds,
): void {
  const holders = versions?.withFindings;
  const written = version ?? versions?.usual ?? '';
  if (!carries.includes('inventory') && !(holders?.includes(written) ?? true)) {
    throw new UserError('E_FORMAT', `version ${written} of "${id}" does not contain findings`, {
      hint: `use -o ${(holders ?? []).map((holder) => `${id}@${holder}`).join(' or -o ')}`,
    });
  }
}

function refuseCollisions(outputs: readonly Pick<Output, 'file'>[]): void {
  const places = outputs.map(({ file }) => (file === undefined ? '' : toRealPath(file)));
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice === '') {
    throw new UserError('E_USAGE', 'only one result can go to standard output', {
      hint: 'write the others to files: -o FORMAT=FILE',
    });
  }
  if (twice !== undefined) {
    throw new UserError('E_USAGE', `two results have the same output file "${twice}"`);
  }
}

function checkDestination(file: string): void {
  const folder = dirname(resolve(file));
  if (!(statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false)) {
    throw new UserError('E_OUTPUT', `could not write "${file}": no such directory "${folder}"`, {
      hint: 'create the directory first',
    });
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false) {
    throw new UserError('E_OUTPUT', `could not write "${file}": it is a directory`, {
      hint: 'name a file in the directory',
    });
  }
}
