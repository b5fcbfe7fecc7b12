import { readWhole, toBuffer } from '../../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import { ELF_MAGIC_TEXT } from '../../../../foundation/core/executable-file.ts';
import { getElfWords, isCLibrary } from '../../elf-words.ts';
import { isExecutable } from '../../folder-index.ts';
import { UseCollector } from '../../language/program-use.ts';
import { DATA_CODEC } from '../../language/use-codec.ts';
import { findLiteralFolders, isCommonFolder, listLiteralFiles } from '../../literal-folders.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';

/**
 * Commands in the data of a program that starts others: a line `KEY COMMAND` in a file of the same
 * source package that the program names, or that is below a directory that it names. The program
 * also contains KEY as a literal, so it looks for such lines.
 */
export const dataCommands: ReachRule<string> = {
  id: 'data-commands',
  version: 1,
  title: 'a data file of the program names it as a command',
  spec: 'groff_font(5), "postpro"; derived from traces of files that programs open',
  wants: [
    {
      role: 'data',
      paths: ['/etc', '/usr/share', '/usr/lib', '/usr/libexec', '/usr/local', '/opt'].flatMap(
        (folder) => ['/*/*', '/*/*/*', '/*/*/*/*', '/*/*/*/*/*'].map((rest) => folder + rest),
      ),
      maxBytes: 'documentHeadBytesMax',
      isHeadOnly: true,
      isByOwnPath: true,
    },
  ],
  extract,
  findEdges,
};

/** Code, documentation, and tables that no program reads as its settings. */
const OTHERS =
  /^\/usr\/share\/(?:doc|man|info|locale|zoneinfo|licenses|lintian|i18n|perl5?|icons|fonts|terminfo|bash-completion|common-licenses|python3?)\/|\.(?:py|pyc|pm|pl|al|ix|rb|php|js|mjs|cjs|ts|map|css|html?|json|xml|svg|png|gz|so|a|o|h|hpp|jar|class|mo|po|ri|md|rst|go|rs|el|elc|tcl)$|\.so\./;
const NO_DATA = ['#!', ELF_MAGIC_TEXT] as const;
/** A file with more such lines is prose or a table. */
const LINES_MAX = 256;
/** A key, then a command, alone or with its arguments: `postpro grotty`, `pager = less -R`. */
const LINE =
  /^[ \t]{0,8}([a-z][a-z0-9.+-]{1,31})(?:[ \t]{1,8}|[ \t]{0,8}[=:][ \t]{0,8})["']?((?:\/[A-Za-z0-9_.+-]{1,64}){1,8}|[a-z][a-z0-9_.+-]{1,63})(?=["'\s]|$)/gm;

function extract({ path, content, sizeBytes }: WantedFile): Extraction<string> {
  if (OTHERS.test(path) || sizeBytes > content.sizeBytes) {
    return {};
  }
  const bytes = toBuffer(readWhole(content));
  if (bytes.includes(0)) {
    return {};
  }
  const text = bytes.toString('latin1');
  if (NO_DATA.some((start) => text.startsWith(start))) {
    return {};
  }
  const collector = new UseCollector<'command'>(bytes, LINES_MAX + 1);
  for (const match of text.matchAll(LINE)) {
    collector.add('command', match.index, `${match[1] ?? ''} ${match[2] ?? ''}`);
    if (collector.uses.length > LINES_MAX) {
      return {};
    }
  }
  return collector.uses.length === 0 ? {} : { fact: DATA_CODEC.encode(collector.uses) };
}

function findEdges({ path, strength }: ReachNode<string>, world: ReachWorld): readonly ReachEdge[] {
  const words = strength === 'possible' ? undefined : getElfWords(path, world);
  if (words === undefined || words.commands.length === 0 || isCLibrary(path)) {
    return [];
  }
  const source = world.findSource(path);
  const keys = new Set(words.commands.map(([text]) => text));
  const folders = findLiteralFolders(words, world).filter(
    ({ folder }) => !isCommonFolder(folder, world),
  );
  const files = [
    ...words.paths.map(([text]) => text),
    ...folders.flatMap((one) => listLiteralFiles(one, world)),
  ];
  return [...new Set(files)].flatMap((file) => {
    const real = world.view.resolve(file)?.path;
    const owner = real === undefined ? undefined : world.findSource(real);
    const fact = real === undefined ? undefined : world.getFact(dataCommands.id, real);
    return real !== undefined && typeof fact === 'string' && (owner ?? source) === source
      ? findCommands(fact, keys, { path: real, source, world })
      : [];
  });
}

interface DataFile {
  readonly path: string;
  readonly source: string | undefined;
  readonly world: ReachWorld;
}

function findCommands(
  fact: string,
  keys: ReadonlySet<string>,
  { path, source, world }: DataFile,
): readonly ReachEdge[] {
  return DATA_CODEC.decode(fact).flatMap(({ line, text }): readonly ReachEdge[] => {
    const [key = '', command = ''] = text.split(' ', 2);
    const to = command.startsWith('/') ? command : world.findCommandPath(command);
    if (!keys.has(key) || to === undefined || !isExecutable(to, world)) {
      return [];
    }
    const owner = world.findSource(world.view.resolve(to)?.path ?? to);
    const strength = source !== undefined && owner === source ? 'likely' : 'possible';
    return [{ to, strength, witness: { path, line, token: command } }];
  });
}
