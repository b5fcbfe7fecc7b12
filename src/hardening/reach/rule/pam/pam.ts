import { getBaseName } from '../../../../foundation/core/base-name.ts';
import { readText } from '../../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import { splitLines } from '../../../../foundation/syntax/text/lines.ts';
import { getParentPath } from '../../../../image/view/path.ts';
import { getElfWords, importsAny } from '../../elf-words.ts';
import { listDescendantFiles } from '../../folder-index.ts';
import { findLibraries } from '../../library-index.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';

/** Modules and other service files in a service file, with their lines. */
interface Fact {
  readonly modules: readonly (readonly [name: string, line: number])[];
  readonly included: readonly (readonly [name: string, line: number])[];
}

const FOLDERS = ['/etc/pam.d', '/usr/lib/pam.d'];
const STARTS: ReadonlySet<string> = new Set(['pam_start', 'pam_start_confdir']);

/** Service files of a program that authenticates, and the modules that they name. */
export const pam: ReachRule<Fact> = {
  id: 'pam',
  version: 1,
  title: 'PAM authentication loads it',
  spec: 'pam.d(5)',
  wants: [
    {
      role: 'service',
      paths: ['/etc/pam.d/*', '/usr/lib/pam.d/*', '/etc/pam.conf'],
      maxBytes: 'configFileBytesMax',
    },
  ],
  extract,
  findEdges,
};

function extract({ content }: WantedFile): Extraction<Fact> {
  const modules: [string, number][] = [];
  const included: [string, number][] = [];
  for (const { text, number } of splitLines(readText(content))) {
    const words = text
      .replace(/#.*$/, '')
      .replaceAll(/\[[^\]]*\]/g, 'x')
      .trim()
      .split(/\s+/);
    const [first = '', control = '', name = ''] = words;
    if (first === '@include' && control !== '') {
      included.push([control, number]);
    } else if (control === 'include' || control === 'substack') {
      included.push([name, number]);
    }
    const module = words.find((word) => word.endsWith('.so'));
    if (module !== undefined) {
      modules.push([module, number]);
    }
  }
  return modules.length + included.length === 0 ? {} : { fact: { modules, included } };
}

function findEdges(node: ReachNode<Fact>, world: ReachWorld): readonly ReachEdge[] {
  const { path, fact } = node;
  if (fact !== undefined) {
    return findServiceEdges(path, fact, world);
  }
  const words = getElfWords(path, world);
  if (words === undefined || !importsAny(words, STARTS)) {
    return [];
  }
  // The name of the service is an argument: the program's own name or one of its literals.
  const literals = new Set(words.commands.map(([text]) => text));
  const name = getBaseName(path);
  return FOLDERS.flatMap((folder) => listDescendantFiles(folder, world, 1)).map((to): ReachEdge => {
    const service = getBaseName(to);
    const isOwn = service === name || `${service}d` === name || service === 'other';
    const isLiteral = literals.has(service) || service === `${name}d`;
    return {
      to,
      strength: isOwn || isLiteral ? 'likely' : 'possible',
      witness: { path, token: 'pam_start' },
    };
  });
}

function findServiceEdges(path: string, fact: Fact, world: ReachWorld): readonly ReachEdge[] {
  return [
    ...fact.included.map(([name, line]): ReachEdge => {
      const to = name.startsWith('/') ? name : `${getParentPath(path)}/${name}`;
      return { to, strength: 'likely', witness: { path, line, token: name } };
    }),
    ...fact.modules.flatMap(([name, line]) =>
      (name.startsWith('/') ? [name] : findLibraries(getBaseName(name), world)).map(
        (to): ReachEdge => ({ to, strength: 'likely', witness: { path, line, token: name } }),
      ),
    ),
  ];
}
