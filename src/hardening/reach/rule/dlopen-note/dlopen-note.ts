import { ELF_WANT, readElf } from '../../../../foundation/bytes/elf/elf.ts';
import {
  type NoteKind,
  readNotes,
  readNotesOfSection,
} from '../../../../foundation/bytes/elf/notes.ts';
import { appendAll } from '../../../../foundation/core/append-all.ts';
import { toBuffer } from '../../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import type { ReachStrength } from '../../../../foundation/core/reach.ts';
import { isRecord } from '../../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../../foundation/syntax/json/member.ts';
import { parseJson } from '../../../../foundation/syntax/json/parse-json.ts';
import { findLibraries } from '../../library-index.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';

/** A library in a note, with its priority. */
type Fact = readonly (readonly [name: string, priority: string])[];

const DLOPEN: NoteKind = { owner: 'FDO', type: 0x407c0c0a };
const STRENGTHS: ReadonlyMap<string, ReachStrength> = new Map(
  Object.entries({
    required: 'required',
    recommended: 'likely',
    suggested: 'possible',
  }),
);

/** Libraries that an executable may load at run time, by its own note. */
export const dlopenNote: ReachRule<Fact> = {
  id: 'dlopen-note',
  version: 1,
  title: 'a dlopen note in the executable lists it',
  spec: 'systemd, ELF Dlopen Metadata for ELF Files',
  wants: [ELF_WANT],
  extract,
  findEdges,
};

function extract({ content, limits }: WantedFile): Extraction<Fact> {
  const elf = readElf(content, limits);
  const section = elf && elf.sections.findNamed('.note.dlopen');
  if (elf === undefined || (section === undefined && elf.sections.length > 0)) {
    return {};
  }
  const found: [string, string][] = [];
  for (const note of section === undefined
    ? readNotes(elf, DLOPEN)
    : readNotesOfSection(elf, section, DLOPEN)) {
    const value = parseJson(toBuffer(note).toString('utf8').replaceAll('\0', ''));
    for (const entry of Array.isArray(value) ? value.filter(isRecord) : []) {
      const priority = getText(entry, 'priority') || 'recommended';
      appendAll(
        found,
        toTexts(entry['soname']).map((name): [string, string] => [name, priority]),
      );
    }
  }
  return found.length === 0 ? {} : { fact: found };
}

function findEdges({ path, fact = [] }: ReachNode<Fact>, world: ReachWorld): readonly ReachEdge[] {
  return fact.flatMap(([name, priority]) =>
    findLibraries(name, world).map((to): ReachEdge => {
      const strength = STRENGTHS.get(priority) ?? 'possible';
      return { to, strength, witness: { path, token: name } };
    }),
  );
}
