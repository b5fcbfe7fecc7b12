// Verifies every witness for all traced programs: `npm run conformance -- witnesses FOLDER
// [PROGRAM…]`. Roots are those of `npm run conformance -- reach`; each is read twice, for any number of
// programs. Not part of `npm test`.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Extraction, Extractor, WantedFile } from '../../src/foundation/core/cataloger.ts';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import { getFact } from '../../src/foundation/core/deferred-fact.ts';
import type { Reach } from '../../src/foundation/core/reach.ts';
import type { ImageDescription } from '../../src/foundation/core/target.ts';
import {
  checkSteps,
  collectHeldTokens,
  collectWitnessTokens,
  createWitnessExtractor,
  type WitnessTokens,
} from '../../src/hardening/reach/witness-check.ts';
import { listVisibleFacts } from '../../src/image/view/visible-facts.ts';
import { TRACED_PROGRAMS, type TracedProgram } from './reach-programs.data.ts';
import { openRoot, readRoot } from './reach-trace-reader.ts';
import { packImage, prepareRoot } from './reach-trace-root.ts';

const [base, ...wanted] = process.argv.slice(2);
if (base === undefined) {
  throw new Error('name a folder for the roots, outside of the repository');
}
const folder = resolve(base);
const scratch = join(folder, 'scratch');
mkdirSync(scratch, { recursive: true });

interface Subject {
  readonly id: string;
  readonly reach: Reach;
  readonly target: ImageDescription;
  readonly tokens: WitnessTokens;
  readonly extractor: Extractor<unknown>;
}

/** Combines the extractors of all subjects; the fact has one entry for each that returns one. */
function mergeSubjects(subjects: readonly Subject[]): Extractor<Readonly<Record<string, unknown>>> {
  const wants = subjects.map(({ extractor }) => new Set(extractor.wants.flatMap(listPaths)));
  return {
    id: 'witness-check',
    version: 1,
    wants: [
      {
        role: 'witness',
        paths: [...new Set(wants.flatMap((paths) => [...paths]))].toSorted(compareText),
        maxBytes: 'wholeFileBytesMax',
      },
    ],
    extract: (file: WantedFile): Extraction<Readonly<Record<string, unknown>>> => ({
      fact: Object.fromEntries(
        subjects.flatMap(({ id, extractor }, at) =>
          wants[at]?.has(file.path) === true ? [[id, getFact(extractor.extract(file))]] : [],
        ),
      ),
    }),
  };
}

function listPaths({ paths = [] }: Extractor<unknown>['wants'][number]): readonly string[] {
  return paths;
}

async function verifyRoot(programs: readonly TracedProgram[]): Promise<number> {
  const [first] = programs;
  if (first === undefined) {
    return 0;
  }
  const root = await prepareRoot(first.root, folder);
  const layout = packImage(root, first, join(folder, `${root.name}.image`)).folder;
  const reader = await openRoot(`oci-dir:${layout}`, scratch);
  const subjects = programs.map((program): Subject => {
    const { config } = packImage(root, program, join(folder, 'image'));
    const { reach, target } = reader.reachOf(config);
    const tokens = collectWitnessTokens(reach);
    return { id: program.id, reach, target, tokens, extractor: createWitnessExtractor(tokens) };
  });
  const extractor = mergeSubjects(subjects);
  const { view, layers } = await readRoot(`oci-dir:${layout}`, scratch, [extractor]);
  const facts = listVisibleFacts(view, layers, extractor.id);
  let fallen = 0;
  for (const { id, reach, target, tokens } of subjects) {
    const own = facts.flatMap((fact) => {
      const said = (fact.fact as Readonly<Record<string, unknown>>)[id];
      return said === undefined ? [] : [{ ...fact, fact: said }];
    });
    const checked = checkSteps(reach, {
      view,
      target,
      tokens,
      extractedOffsets: collectHeldTokens(own),
    });
    const broken = checked.filter(({ holds }) => !holds);
    fallen += broken.length;
    steps += checked.length;
    console.log(`${id}: ${checked.length - broken.length} of ${checked.length} steps hold`);
    for (const { step } of broken) {
      const { from, to, rule, witness } = step;
      console.log(`  ${from} → ${to}: "${witness.token}" not found in ${witness.path} (${rule})`);
    }
  }
  return fallen;
}

let steps = 0;
let broken = 0;
const asked = TRACED_PROGRAMS.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
for (const programs of Map.groupBy(asked, ({ root }) => root).values()) {
  broken += await verifyRoot(programs);
}
console.log(`all: ${steps - broken} of ${steps} steps of ${asked.length} programs hold`);
process.exitCode = broken === 0 ? 0 : 1;
