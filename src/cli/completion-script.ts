import type { OptionSpec } from '../config/option-spec.ts';
import { OPTION_LIST, type OptionName } from '../config/option-table.ts';
import { LIMIT_NAMES } from '../config/read-value.ts';
import { COMMANDS } from './command-table.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Values that plug-ins provide, by the option that takes them. */
export type OptionValues = Readonly<Partial<Record<OptionName, readonly string[]>>>;

export function isShell(word: string): word is Shell {
  return SHELLS.some((shell) => shell === word);
}

/**
 * Returns the completion script of a shell. All strings in it come from our tables, none from a
 * user.
 */
export function createCompletionScript(shell: Shell, values: OptionValues): string {
  switch (shell) {
    case 'bash':
      return createBashScript(values);
    case 'zsh':
      return createZshScript(values);
    case 'fish':
      return createFishScript(values);
  }
}

const COMMAND_WORDS = COMMANDS.map(({ name }) => name).join(' ');

/** Returns the values that an option can have; empty for free text. */
function listValues(name: OptionName, spec: OptionSpec, values: OptionValues): readonly string[] {
  if (spec.kind === 'choice') {
    return spec.choices;
  }
  return spec.kind === 'limits' ? LIMIT_NAMES.map((limit) => `${limit}=`) : (values[name] ?? []);
}

const PATH_KINDS: ReadonlyMap<string, 'file' | 'folder'> = new Map([
  ['FILE', 'file'],
  ['FOLDER', 'folder'],
]);

/**
 * Returns whether the value of an option is a file or a directory, by its placeholder in the help.
 */
function findPathKind(spec: OptionSpec): 'file' | 'folder' | undefined {
  if (spec.kind === 'boolean') {
    return undefined;
  }
  return PATH_KINDS.get(spec.argument);
}

function listSpellings(spec: OptionSpec): string[] {
  return [...(spec.short === undefined ? [] : [`-${spec.short}`]), `--${spec.flag}`];
}

function createBashScript(values: OptionValues): string {
  const afterOption = OPTION_LIST.filter(({ spec }) => spec.kind !== 'boolean').map(
    ({ name, spec }) => {
      const paths = findPathKind(spec) === 'folder' ? 'compgen -d' : 'compgen -f';
      const words = listValues(name, spec, values).join(' ');
      const generator = words === '' ? paths : `compgen -W "${words}"`;
      return `    ${listSpellings(spec).join('|')}) COMPREPLY=($(${generator} -- "$word")); return ;;`;
    },
  );
  const options = COMMANDS.map(({ name, words, takesFiles }) => {
    const flags = OPTION_LIST.filter(({ spec }) => spec.commands.includes(name));
    const list = [
      ...Object.keys(words ?? {}),
      ...flags.flatMap(({ spec }) => listSpellings(spec)),
      ...(name === 'help' ? [COMMAND_WORDS] : []),
    ].join(' ');
    return `    ${name}) words="${list}"; files=${takesFiles ? 1 : 0} ;;`;
  });
  return `# Completion of plimsoll for bash.
_plimsoll() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local command="" words files index
  case "$previous" in
${afterOption.join('\n')}
  esac
  for ((index = 1; index < COMP_CWORD; index++)); do
    case " ${COMMAND_WORDS} " in
      *" \${COMP_WORDS[index]} "*) command="\${COMP_WORDS[index]}"; break ;;
    esac
  done
  case "\${command:-scan}" in
${options.join('\n')}
  esac
  if [[ -z "$command" ]]; then words="$words ${COMMAND_WORDS}"; fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  if [[ "$files" == 1 && "$word" != -* ]]; then COMPREPLY+=($(compgen -f -- "$word")); fi
}
complete -o filenames -F _plimsoll plimsoll
`;
}

/** Escapes characters that have a meaning inside a description of `_arguments` or `_describe`. */
function escapeZsh(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, (character) => `\\${character}`).replaceAll("'", "'\\''");
}

function formatZshOption(name: OptionName, spec: OptionSpec, values: OptionValues): string {
  const words = listValues(name, spec, values);
  const isMany = spec.kind === 'list' || spec.kind === 'limits';
  const group = isMany ? '*' : `(${listSpellings(spec).join(' ')})`;
  const action = {
    none: ' ',
    file: '_files',
    folder: '_files -/',
  }[findPathKind(spec) ?? 'none'];
  const candidates = words.length === 0 ? action : `(${words.join(' ')})`;
  const argument = spec.kind === 'boolean' ? '' : `:${escapeZsh(spec.argument)}:${candidates}`;
  return listSpellings(spec)
    .map((flag) => `    '${group}${flag}[${escapeZsh(spec.description)}]${argument}'`)
    .join(' \\\n');
}

function createZshScript(values: OptionValues): string {
  const names = COMMANDS.map(({ name, summary }) => `    '${name}:${escapeZsh(summary)}'`);
  const cases = COMMANDS.map(({ name, words, takesFiles }) => {
    const options = OPTION_LIST.filter(({ spec }) => spec.commands.includes(name)).map((entry) =>
      formatZshOption(entry.name, entry.spec, values),
    );
    const list = name === 'help' ? `${COMMAND_WORDS} limits` : Object.keys(words ?? {}).join(' ');
    const word = list === '' ? [] : [`    '1:word:(${list})'`];
    const files = takesFiles ? [`    '*:target:_files'`] : [];
    return `  (${name})\n    _arguments \\\n${[...options, ...word, ...files].join(' \\\n')}\n    ;;`;
  });
  return `#compdef plimsoll
# Completion of plimsoll for zsh.
_plimsoll() {
  local -a commands
  commands=(
${names.join('\n')}
  )
  local command=scan
  if (( CURRENT == 2 )) && [[ "$words[2]" != -* ]]; then
    _describe command commands
    _files
    return
  fi
  if (( \${commands[(I)$words[2]:*]} )); then
    command=$words[2]
    shift words
    (( CURRENT-- ))
  fi
  case $command in
${cases.join('\n')}
  esac
}
if [[ "$funcstack[1]" == _plimsoll ]]; then _plimsoll "$@"; else compdef _plimsoll plimsoll; fi
`;
}

function quoteFish(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function formatFishOption(name: OptionName, spec: OptionSpec, values: OptionValues): string {
  const words = listValues(name, spec, values);
  const short = spec.short === undefined ? '' : ` -s ${spec.short}`;
  const takes = spec.kind === 'boolean' ? '' : ' -r';
  const list = words.length === 0 ? '' : ` -f -a ${quoteFish(words.join(' '))}`;
  const isForAll = spec.commands.length === COMMANDS.length;
  const when = isForAll ? '' : ` -n ${quoteFish(toFishCondition(spec))}`;
  const about = quoteFish(spec.description);
  return `complete -c plimsoll${when}${short} -l ${spec.flag}${takes}${list} -d ${about}`;
}

/** Options of `scan` are also offered if no command was typed. */
function toFishCondition(spec: OptionSpec): string {
  const seen = `__fish_seen_subcommand_from ${spec.commands.join(' ')}`;
  return spec.commands.includes('scan')
    ? `${seen}; or not __fish_seen_subcommand_from ${COMMAND_WORDS}`
    : seen;
}

function createFishScript(values: OptionValues): string {
  const commands = COMMANDS.map(
    ({ name, summary }) =>
      `complete -c plimsoll -n __fish_use_subcommand -a ${name} -d ${quoteFish(summary)}`,
  );
  const words = COMMANDS.flatMap(({ name, words: list }) =>
    Object.entries(list ?? {}).map(
      ([word, about]) =>
        `complete -c plimsoll -n '__fish_seen_subcommand_from ${name}' -a ${word} -d ${quoteFish(about)}`,
    ),
  );
  const options = OPTION_LIST.map(({ name, spec }) => formatFishOption(name, spec, values));
  return `# Completion of plimsoll for fish.\n${[...commands, ...words, ...options].join('\n')}\n`;
}
