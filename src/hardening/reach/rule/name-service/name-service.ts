import { appendAll } from '../../../../foundation/core/append-all.ts';
import { readText } from '../../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import { splitLines } from '../../../../foundation/syntax/text/lines.ts';
import { ASKS_NAMES, getElfWords, importsAny } from '../../elf-words.ts';
import { findLibraries } from '../../library-index.ts';
import { ownFact } from '../../own-fact.ts';
import { ownWitness } from '../../own-witness.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';

/** A service of the switch, with its line. */
type Fact = readonly (readonly [service: string, line: number])[];

const SWITCH = '/etc/nsswitch.conf';
/** Default without a switch. glibc, nss/nsswitch.c. */
const USUAL: Fact = [
  ['files', 0],
  ['dns', 0],
];

/** Files that the services `files` and `dns` and the resolver of musl read. */
const DATABASES = [
  SWITCH,
  '/etc/hosts',
  '/etc/host.conf',
  '/etc/resolv.conf',
  '/etc/gai.conf',
  '/etc/services',
  '/etc/protocols',
  '/etc/networks',
  '/etc/passwd',
  '/etc/group',
  '/etc/shadow',
  '/etc/login.defs',
];

/** Modules and files with which the C library looks up hosts, users and services. */
export const nameService: ReachRule<Fact> = {
  id: 'name-service',
  version: 1,
  title: 'the name service switch loads it',
  spec: 'nsswitch.conf(5), resolv.conf(5), hosts(5)',
  wants: [{ role: 'switch', paths: [SWITCH], maxBytes: 'configFileBytesMax' }],
  extract,
  findEdges,
};

function extract({ content }: WantedFile): Extraction<Fact> {
  const services: [string, number][] = [];
  for (const { text, number } of splitLines(readText(content))) {
    const [, names = ''] = text.replace(/#.*$/, '').split(':', 2);
    const words = names.replaceAll(/\[[^\]]*\]/g, ' ').split(/\s+/);
    appendAll(
      services,
      words.filter(isName).map((name): [string, number] => [name, number]),
    );
  }
  return { fact: services };
}

function isName(word: string): boolean {
  return /^[a-z0-9_]{1,32}$/.test(word);
}

function findEdges({ path }: ReachNode<Fact>, world: ReachWorld): readonly ReachEdge[] {
  const words = getElfWords(path, world);
  if (words === undefined || !(words.isStatic || importsAny(words, ASKS_NAMES))) {
    return [];
  }
  const token = words.imports.find((name) => ASKS_NAMES.has(name));
  const own = token === undefined ? ownWitness(path, world) : { path, token };
  const services = ownFact(nameService, SWITCH, world) ?? USUAL;
  return [
    ...DATABASES.map((to): ReachEdge => ({ to, strength: 'data', witness: own })),
    ...services.flatMap(([service, line]) =>
      findLibraries(`libnss_${service}.so.2`, world).map((to): ReachEdge => {
        const witness = line === 0 ? own : { path: SWITCH, line, token: service };
        return { to, strength: 'likely', witness };
      }),
    ),
  ];
}
