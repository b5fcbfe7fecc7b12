// Records the answer of a native tool about a project, with its files reduced to the relevant
// parts: `node test/conformance/record-native.ts --format pnpm --project FOLDER --name web --origin
// TEXT`. The tools must be installed under their own names (yarn 1 as `yarn1`). `--out` sets
// another directory than that of the answers in the repository.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { ANSWERS, type NativeAnswer } from './native/answer.ts';
import { cutFiles } from './native/cut-files.ts';
import { javascriptRecorders } from './native/record-javascript.ts';
import { otherRecorders } from './native/record-others.ts';
import { pythonRecorders } from './native/record-python.ts';
import { runTool } from './native/run-tool.ts';

const RECORDERS = { ...javascriptRecorders, ...pythonRecorders, ...otherRecorders };

/** Larger answers are compressed. */
const PLAIN_BYTES_MAX = 64 * 1024;

const { values } = parseArgs({
  options: {
    format: { type: 'string', default: '' },
    project: { type: 'string', default: '' },
    name: { type: 'string', default: '' },
    origin: { type: 'string', default: '' },
    out: { type: 'string', default: ANSWERS },
  },
});
const recorder = RECORDERS[values.format];
if (recorder === undefined || values.project === '' || values.name === '') {
  throw new Error(`usage: --format ${Object.keys(RECORDERS).join('|')} --project DIR --name NAME`);
}
const folder = resolve(values.project);
// A tool may rewrite its lock during the run, or create a missing one.
const given = cutFiles(folder, recorder.files);
const graph = recorder.record(folder);
const files = { ...cutFiles(folder, recorder.files), ...given };
const [version = ''] = stripVTControlCharacters(runTool(folder, recorder.tool.join(' ')))
  .trim()
  .split('\n');
const answer: NativeAnswer = {
  name: `${recorder.format ?? values.format}/${values.name}`,
  origin: values.origin,
  tool: `${recorder.tool[0]} ${version}`,
  command: recorder.command,
  files,
  ...graph,
};
const text = Buffer.from(`${JSON.stringify(answer, undefined, 1)}\n`);
const isLarge = text.length > PLAIN_BYTES_MAX;
const path = join(resolve(values.out), `${answer.name}.json${isLarge ? '.br' : ''}`);
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, isLarge ? brotliCompressSync(text) : text);
console.log(
  `${answer.name}: ${answer.packages.length} packages, ${answer.edges?.length ?? 'no'} edges`,
);
