import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { present } from '../../../src/foundation/core/assert.ts';
import { listCorpusTargets } from '../targets.ts';
import type { PeerLine } from './lines.data.ts';
import { digestFacts, type FactDigest, type OutputFacts, readFacts } from './output-facts.ts';

/** The outcome of a command line; standard output has the name `-`. */
export interface LineOutcome {
  readonly status: number;
  readonly outputs: Readonly<Record<string, Readonly<Record<string, FactDigest>>>>;
}

/** The same with the facts themselves. */
export interface LineFacts {
  readonly status: number;
  readonly outputs: Readonly<Record<string, OutputFacts>>;
}

const TEMPLATE_OF_PACKAGES = '{{range .artifacts}}{{.name}},{{.version}},{{.type}}\n{{end}}';
const TEMPLATE_OF_MATCHES =
  '{{range .Matches}}{{.Artifact.Name}},{{.Vulnerability.ID}},{{.Vulnerability.Severity}}\n{{end}}';
const CONFIGURATION = `ignore:
  - vulnerability: CVE-2024-58251
fail-on-severity: ""
`;
const VEX = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://example.org/vex/1',
  author: 'Example',
  timestamp: '2026-01-01T00:00:00Z',
  version: 1,
  statements: [],
};
const PURLS = 'pkg:npm/lodash@4.17.20\npkg:pypi/django@2.2.28\n';

/** Creates the files that the command lines name, from targets of the corpus. */
export function createInputs(shared: string, folder: string): string {
  const inputs = join(folder, 'inputs');
  mkdirSync(inputs, { recursive: true });
  const targets = new Map(
    listCorpusTargets(shared, folder, /^(alpine-3\.8|alpine-3\.11|polyglot-dir)$/).map((target) => [
      target.name,
      target.input.slice(target.input.indexOf(':') + 1),
    ]),
  );
  const getPath = (name: string): string => present(targets.get(name), name);
  const write = (name: string, text: string): void => writeFileSync(join(inputs, name), text);
  copyFileSync(getPath('alpine-3.11'), join(inputs, 'image.tar'));
  copyFileSync(getPath('alpine-3.8'), join(inputs, 'docker.tar'));
  mkdirSync(join(inputs, 'layout'));
  spawnSync('tar', ['-xf', getPath('alpine-3.11'), '-C', join(inputs, 'layout')]);
  for (const [part, name] of [
    ['js', 'my-project'],
    ['rust', 'root'],
  ] as const) {
    cpSync(join(getPath('polyglot-dir'), part), join(inputs, name), { recursive: true });
  }
  const readRecordedAnswer = (file: string): string =>
    zstdDecompressSync(readFileSync(join(shared, 'corpus', 'expected', file))).toString('utf8');
  write('img.syft.json', readRecordedAnswer('python-mini.syft.json.zst'));
  write('cyclonedx.json', readRecordedAnswer('go-web-alpine.cdx.json.zst'));
  write('my_format.tmpl', TEMPLATE_OF_PACKAGES);
  write('output_with_summary.tmpl', TEMPLATE_OF_MATCHES);
  write('grype.yaml', CONFIGURATION);
  write('vex.json', JSON.stringify(VEX));
  write('purls.txt', PURLS);
  return inputs;
}

/** The programs and their environment, by the first word of a line. */
export interface LinePrograms {
  readonly environment: Readonly<Record<string, string>>;
  /** Returns the command for a program of a line and its arguments. */
  resolve(program: string): readonly [command: string, ...first: string[]];
}

/** Runs one line in the directory of the inputs and returns the facts of everything it writes. */
export function runLine({ run }: PeerLine, inputs: string, programs: LinePrograms): LineFacts {
  const [program = '', ...args] = run.split(' ');
  const [command, ...first] = programs.resolve(program);
  const before = new Set(readdirSync(inputs));
  const { status, stdout } = spawnSync(command, [...first, ...args], {
    cwd: inputs,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', ...programs.environment },
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 2 ** 28,
  });
  const outputs: Record<string, OutputFacts> =
    stdout.trim() === '' ? {} : { '-': readFacts(stdout) };
  for (const file of readdirSync(inputs).filter((name) => !before.has(name))) {
    outputs[file] = readFacts(readFileSync(join(inputs, file), 'utf8'));
    rmSync(join(inputs, file));
  }
  return { status: status ?? -1, outputs };
}

export function toOutcome({ status, outputs }: LineFacts): LineOutcome {
  return {
    status,
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, facts]) => [name, digestFacts(facts)]),
    ),
  };
}

/** The recorded outcomes by the ID of the line. */
export const RECORDED_FILE = new URL('./recorded.json', import.meta.url);

export function readRecorded(): Readonly<Record<string, LineOutcome>> {
  return existsSync(RECORDED_FILE) ? JSON.parse(readFileSync(RECORDED_FILE, 'utf8')) : {};
}

/** Returns the parts of a line's outcome that differ, each as `OUTPUT KIND`. */
export function listLineDifferences(recorded: LineOutcome, ours: LineOutcome): string[] {
  const names = new Set([...Object.keys(recorded.outputs), ...Object.keys(ours.outputs)]);
  const differing = [...names].flatMap((name) => {
    const [left = {}, right = {}] = [recorded.outputs[name], ours.outputs[name]];
    const kinds = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...kinds].filter((kind) => left[kind] !== right[kind]).map((kind) => `${name} ${kind}`);
  });
  return recorded.status === ours.status ? differing : ['status', ...differing];
}
