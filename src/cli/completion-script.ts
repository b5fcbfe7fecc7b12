import type { OptionSpec } from '../foundation/config/option-spec.ts';
import { OPTION_LIST, type OptionName } from '../foundation/config/option-table.ts';
import { LIMIT_NAMES } from '../foundation/config/read-value.ts';
import { COMMANDS, listCommandWords } from './command-table.ts';

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
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
    case 'powershell':
      return createPowershellScript(values);
  }
}

/** Commands of one word. The scripts offer the second word of a subcommand after the first one. */
const FIRST_COMMANDS = COMMANDS.filter(({ name }) => !name.includes(' '));
const COMMAND_WORDS = FIRST_COMMANDS.map(({ name }) => name).join(' ');
const SUBCOMMANDS = COMMANDS.map(({ name }) => name).filter((name) => name.includes(' '));
const QUOTED_SUBCOMMANDS = SUBCOMMANDS.map((name) => `'${name}'`);

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
  const options = COMMANDS.map((command) => {
    const { name, takesFiles } = command;
    const flags = OPTION_LIST.filter(({ spec }) => spec.commands.includes(name));
    const list = [
      ...listCommandWords(command).map(([word]) => word),
      ...flags.flatMap(({ spec }) => listSpellings(spec)),
      ...(name === 'help' ? [COMMAND_WORDS] : []),
    ].join(' ');
    return `    '${name}') words="${list}"; files=${takesFiles ? 1 : 0} ;;`;
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
  case "$command \${COMP_WORDS[index+1]}" in
    ${QUOTED_SUBCOMMANDS.join('|')})
      if ((index + 1 < COMP_CWORD)); then command="$command \${COMP_WORDS[index+1]}"; fi ;;
  esac
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
  const names = FIRST_COMMANDS.map(({ name, summary }) => `    '${name}:${escapeZsh(summary)}'`);
  const cases = COMMANDS.map((command) => {
    const { name, takesFiles } = command;
    const words = listCommandWords(command).map(([word]) => word);
    const options = OPTION_LIST.filter(({ spec }) => spec.commands.includes(name)).map((entry) =>
      formatZshOption(entry.name, entry.spec, values),
    );
    const list = [...(name === 'help' ? [COMMAND_WORDS] : []), ...words].join(' ');
    const word = list === '' ? [] : [`    '1:word:(${list})'`];
    const files = takesFiles ? [`    '*:target:_files'`] : [];
    return `  ('${name}')\n    _arguments \\\n${[...options, ...word, ...files].join(' \\\n')}\n    ;;`;
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
    local -a below
    below=(${QUOTED_SUBCOMMANDS.join(' ')})
    if (( CURRENT > 2 && \${below[(Ie)$command $words[2]]} )); then
      command="$command $words[2]"
      shift words
      (( CURRENT-- ))
    fi
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
  const when = isForAll ? '' : ` -n ${quoteFish(toFishCondition(spec.commands))}`;
  const about = quoteFish(spec.description);
  return `complete -c plimsoll${when}${short} -l ${spec.flag}${takes}${list} -d ${about}`;
}

/** A function of the script below: the condition for one of several commands. */
function toFishCondition(commands: readonly string[]): string {
  return `__plimsoll_runs ${commands.map((name) => `"${name}"`).join(' ')}`;
}

function createFishScript(values: OptionValues): string {
  const commands = FIRST_COMMANDS.map(
    ({ name, summary }) =>
      `complete -c plimsoll -n __fish_use_subcommand -a ${name} -d ${quoteFish(summary)}`,
  );
  const words = COMMANDS.flatMap((command) =>
    listCommandWords(command).map(
      ([word, about]) =>
        `complete -c plimsoll -n ${quoteFish(toFishCondition([command.name]))} -a ${word} -d ${quoteFish(about)}`,
    ),
  );
  const options = OPTION_LIST.map(({ name, spec }) => formatFishOption(name, spec, values));
  return `# Completion of plimsoll for fish.
# Whether one of the given commands was typed; options of "scan" are also offered without a command.
function __plimsoll_runs
  set -l command scan
  set -l words (commandline -opc)
  for index in (seq 2 (count $words))
    if contains -- "$words[$index]" ${COMMAND_WORDS}
      set command "$words[$index]"
      set -l next (math $index + 1)
      if contains -- "$command $words[$next]" ${QUOTED_SUBCOMMANDS.join(' ')}
        set command "$command $words[$next]"
      end
      break
    end
  end
  contains -- "$command" $argv
end
${[...commands, ...words, ...options].join('\n')}\n`;
}

function quotePowershell(text: string): string {
  return `'${text.replaceAll(/['\u2018\u2019]/g, '$&$&')}'`;
}

type PowershellRow = readonly [name: string, words: readonly (readonly [string, string])[]];

/** The comma before each pair keeps a list of one pair from becoming the pair itself. */
function formatPowershellPairs(pairs: PowershellRow[1]): string {
  return pairs
    .map(([word, about]) => `    ,@(${quotePowershell(word)}, ${quotePowershell(about)})`)
    .join('\n');
}

function assignPowershellRows(table: string, rows: readonly PowershellRow[]): string {
  return rows
    .map(([name, pairs]) => {
      return `  $${table}[${quotePowershell(name)}] = @(\n${formatPowershellPairs(pairs)}\n  )`;
    })
    .join('\n');
}

function createPowershellScript(values: OptionValues): string {
  const commands = FIRST_COMMANDS.map(({ name, summary }) => [name, summary] as const);
  const words = COMMANDS.map((command) => {
    const { name } = command;
    const options = OPTION_LIST.filter(({ spec }) => spec.commands.includes(name));
    const flags = options.flatMap(({ spec }) =>
      listSpellings(spec).map((flag) => [flag, spec.description] as const),
    );
    return [
      name,
      [...listCommandWords(command), ...(name === 'help' ? commands : []), ...flags],
    ] as const;
  });
  const afterOption = OPTION_LIST.flatMap(({ name, spec }) => {
    const list = listValues(name, spec, values);
    const pairs = list.map((value) => [value, spec.description] as const);
    return list.length === 0 ? [] : listSpellings(spec).map((flag) => [flag, pairs] as const);
  });
  return `# Completion of plimsoll for PowerShell.
Register-ArgumentCompleter -Native -CommandName plimsoll -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $commands = @(
${formatPowershellPairs(commands)}
  )
  # Spellings of options may differ only in case.
  $words = New-Object System.Collections.Hashtable ([StringComparer]::Ordinal)
  $values = New-Object System.Collections.Hashtable ([StringComparer]::Ordinal)
${assignPowershellRows('words', words)}
${assignPowershellRows('values', afterOption)}
  $typed = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($wordToComplete -ne '') { $typed = @($typed | Select-Object -SkipLast 1) }
  $previous = if ($typed.Count -gt 0) { $typed[-1] } else { '' }
  $names = @($commands | ForEach-Object { $_[0] })
  $command = $typed | Where-Object { $names -ccontains $_ } | Select-Object -First 1
  $below = if ($command) { $command + ' ' + $typed[[array]::IndexOf($typed, $command) + 1] } else { '' }
  if ($words.ContainsKey($below)) { $command = $below }
  $candidates = if ($values.ContainsKey($previous)) { $values[$previous] }
    elseif ($command) { $words[$command] }
    else { $commands + $words['scan'] }
  $candidates | Where-Object { $_[0].StartsWith($wordToComplete, [StringComparison]::Ordinal) } |
    ForEach-Object {
      [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
    }
}
`;
}
