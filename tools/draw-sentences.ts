/**
 * Prints thirty random sentences from messages, option descriptions, documentation and
 * comments, to be read aloud: `npm run generate -- sentences SEED`. The same seed and sources give
 * the same sentences.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom, pick } from '../test/support/random-version.ts';
import { findMessages } from './messages.ts';
import { listFiles, ROOT, readModules } from './source-tree.ts';

const SENTENCES = 30;
const WORDS_MIN = 4;

function splitSentences(place: string, text: string): string[] {
  return text
    .replaceAll(/\s+/gu, ' ')
    .split(/(?<=[.!?]) (?=[A-Z`"])/u)
    .filter((sentence) => sentence.split(' ').length >= WORDS_MIN)
    .map((sentence) => `${place}: ${sentence.trim()}`);
}

function readSources(): Readonly<Record<string, readonly string[]>> {
  const modules = readModules(['src']).filter(({ path }) => path.startsWith('src/'));
  const own = modules.filter(({ path }) => !/\.(?:test|fixture)\.ts$/u.test(path));
  const messages = own.flatMap((module) =>
    findMessages(module).flatMap(({ text }) => splitSentences(module.path, text)),
  );
  const help = own
    .filter(({ path }) => /config\/options\/|cli\/command-table/u.test(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/(?:description|summary|does):\s*'([^'\n]+)'/gu)].flatMap(([, one = '']) =>
        splitSentences(path, one),
      ),
    );
  const docs = listFiles(['README.md', 'docs/*.md']).flatMap((path) =>
    readFileSync(join(ROOT, path), 'utf8')
      .replaceAll(/```[\s\S]*?```/gu, '')
      .split(/\n\s*\n/u)
      .filter((paragraph) => !/^\s*[|#]/u.test(paragraph))
      .flatMap((paragraph) => splitSentences(path, paragraph)),
  );
  const comments = own.flatMap(({ path, parsed }) =>
    parsed.comments.flatMap(({ value }) =>
      splitSentences(path, value.replaceAll(/^[ \t]*\*+/gmu, ' ')),
    ),
  );
  return { messages, help, docs, comments };
}

const seed = Number(process.argv[2] ?? '1');
const random = createRandom(seed);
const pools = Object.entries(readSources());
for (let number = 0; number < SENTENCES; number += 1) {
  const [kind = '', pool = []] = pools[number % pools.length] ?? [];
  process.stdout.write(`${kind.padEnd(9)}${pick(random, pool)}\n`);
}
