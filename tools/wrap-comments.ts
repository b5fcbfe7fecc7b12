import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles, type Module, parseModule, ROOT } from './source-tree.ts';
import { SIZES } from './tidy.data.ts';

/** A comment that stands alone on its lines, as the lines from `first` to before `end`. */
interface Block {
  readonly first: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/**
 * Breaks comments that run past the last column, which the formatter leaves alone. Only paragraphs
 * that are too wide are filled anew; lists, tags, tables and indented text keep their lines.
 */
export function wrapComments(module: Module): string {
  const lines = [...module.lines];
  for (const block of wideBlocks(module).toReversed()) {
    const wrapped = block.lines[0]?.trimStart().startsWith('//')
      ? wrapLineComments(block.lines)
      : wrapBlockComment(block.lines);
    lines.splice(block.first, block.end - block.first, ...wrapped);
  }
  return lines.join('\n');
}

function wideBlocks(module: Module): Block[] {
  const blocks: Block[] = [];
  for (const comment of module.parsed.comments) {
    const first = module.lineAt(comment.start) - 1;
    const end = module.lineAt(comment.end - 1);
    const lines = module.lines.slice(first, end);
    const text = lines.join('\n').trim();
    const source = module.text.slice(comment.start, comment.end);
    if (text !== source) continue;
    const last = blocks.at(-1);
    const isNext = comment.type === 'Line' && last?.end === first && isLineComment(last);
    if (last && isNext && indentOf(last.lines) === indentOf(lines)) {
      blocks[blocks.length - 1] = { first: last.first, end, lines: [...last.lines, ...lines] };
    } else {
      blocks.push({ first, end, lines });
    }
  }
  return blocks.filter((block) => block.lines.some(isWide));
}

function isLineComment(block: Block): boolean {
  return block.lines[0]?.trimStart().startsWith('//') ?? false;
}

function isWide(line: string): boolean {
  return Array.from(line).length > SIZES.lineColumnsMax;
}

function indentOf(lines: readonly string[]): string {
  return /^\s*/u.exec(lines[0] ?? '')?.[0] ?? '';
}

function wrapLineComments(lines: readonly string[]): string[] {
  const prefix = `${indentOf(lines)}// `;
  const texts = lines.map((line) => line.trim().replace(/^\/\/ ?/u, ''));
  return fillParagraphs(texts, prefix).map((line) => line.trimEnd());
}

function wrapBlockComment(lines: readonly string[]): string[] {
  const indent = indentOf(lines);
  const head = lines[0]?.trim().startsWith('/**') ? '/**' : '/*';
  const texts = lines
    .join('\n')
    .trim()
    .slice(head.length, -2)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/u, '').trimEnd());
  if (texts[0] === '') texts.shift();
  if (texts.at(-1)?.trim() === '') texts.pop();
  texts[0] = texts[0]?.trimStart() ?? '';
  const filled = fillParagraphs(texts, `${indent} * `).map((line) => line.trimEnd());
  return [`${indent}${head}`, ...filled, `${indent} */`];
}

/** Fills each paragraph that is too wide; the others keep their lines. */
function fillParagraphs(texts: readonly string[], prefix: string): string[] {
  const result: string[] = [];
  let paragraph: string[] = [];
  const flush = (): void => {
    const isTooWide = paragraph.some((text) => isWide(prefix + text));
    result.push(...(isTooWide ? fill(paragraph, prefix) : paragraph.map((text) => prefix + text)));
    paragraph = [];
  };
  for (const text of texts) {
    const isApart = text === '' || /^\s/u.test(text) || /^[|`]{1,3}(?:\s|ts|$)/u.test(text);
    const isStart = /^(?:[-*] |\d+\. |@\w)/u.test(text);
    if (isApart || isStart) flush();
    paragraph.push(text);
    if (isApart) flush();
  }
  flush();
  return result;
}

function fill(paragraph: readonly string[], prefix: string): string[] {
  // Links and pieces of code stay in one piece.
  const words = paragraph.join(' ').match(/(?:\{@[^}]*\}|`[^`]*`|\S)+/gu) ?? [];
  const hanging = /^[-*] |^\d+\. /u.exec(paragraph[0] ?? '')?.[0].replaceAll(/./gu, ' ') ?? '';
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const next = line === '' ? word : `${line} ${word}`;
    if (line !== '' && isWide(prefix + (lines.length > 0 ? hanging : '') + next)) {
      lines.push(prefix + (lines.length > 0 ? hanging : '') + line);
      line = word;
    } else {
      line = next;
    }
  }
  lines.push(prefix + (lines.length > 0 ? hanging : '') + line);
  return lines;
}

/** Rewrites the files whose comments are too wide, and tells their paths. */
export function wrapCommentsOnDisk(patterns: readonly string[], root: string = ROOT): string[] {
  return listFiles(patterns, root).filter((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const wrapped = wrapComments(parseModule(path, text));
    if (wrapped === text) return false;
    writeFileSync(join(root, path), wrapped);
    return true;
  });
}
