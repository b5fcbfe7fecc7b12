import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES, type ErrorCode } from '../src/foundation/core/error.ts';
import { PROBLEM_CODES } from '../src/foundation/core/problem.ts';
import { findOutdatedDocs } from './generate-docs.ts';
import { JOBS, ROOM_FOLDERS, ROOMS, STOREYS } from './house.data.ts';
import { type Module, ROOT, type Violation } from './source-tree.ts';

export const ERRORS_PAGE = 'docs/errors.md';
const GLOSSARY_PAGE = 'docs/glossary.md';
const STOREY_LINES_MAX = 15;
const ARCHITECTURE_PAGE = 'docs/architecture.md';
const DEPENDENCIES_PAGE = 'docs/dependencies.md';

/** The parts of `package.json` that the checks read. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * Requires one section per error code, with its title, its exit status and a remedy, and none for
 * an unknown code.
 */
export function checkErrorPage(page: string): Violation[] {
  const sections = parseSections(page);
  const codes: readonly string[] = [...Object.keys(ERROR_CODES), ...Object.keys(PROBLEM_CODES)];
  const wrongs = [...sections]
    .filter(([code]) => !codes.includes(code))
    .map(([code, { line }]) =>
      createViolation(ERRORS_PAGE, line, `'${code}' is not an error code`),
    );
  for (const code of codes) {
    const section = sections.get(code);
    if (section === undefined) {
      wrongs.push(createViolation(ERRORS_PAGE, 1, `has no section for '${code}'`));
      continue;
    }
    const missing = listExpectedTexts(code).find((text) => !section.text.includes(text));
    if (missing !== undefined) {
      wrongs.push(
        createViolation(ERRORS_PAGE, section.line, `the section '${code}' lacks: ${missing}`),
      );
    }
  }
  return wrongs;
}

function listExpectedTexts(code: string): string[] {
  if (!isErrorCode(code)) return [];
  const { title, status } = ERROR_CODES[code];
  return [`${title}. Exit status: ${status}.`, '**What to do:**'];
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

function parseSections(
  page: string,
): Map<string, { readonly line: number; readonly text: string }> {
  const sections = new Map<string, { line: number; text: string }>();
  let current: { line: number; text: string } | undefined;
  for (const [index, line] of page.split('\n').entries()) {
    const code = /^### `(\w+)`$/u.exec(line)?.[1];
    if (code !== undefined) {
      current = { line: index + 1, text: '' };
      sections.set(code, current);
    } else if (current) {
      current.text += `${line}\n`;
    }
  }
  return sections;
}

/**
 * Requires a line for each type of `src/foundation/core` with a one-word name, which is a concept; and a type
 * for each name that the page calls a type.
 */
export function checkGlossary(page: string, modules: readonly Module[]): Violation[] {
  const types = modules
    .filter((module) => module.path.startsWith('src/foundation/core/'))
    .flatMap(listTypes);
  const rows = parseRows(page);
  const listed = rows.flatMap((row) => parseCode(row.cells[1]) ?? []);
  const missing = types
    .filter((name) => /^[A-Z][a-z]+$/u.test(name) && !listed.includes(name))
    .map((name) => createViolation(GLOSSARY_PAGE, 1, `has no line for the type '${name}'`));
  const dead = rows
    .filter((row) => row.cells[1] !== '–' && !types.includes(parseCode(row.cells[1]) ?? ''))
    .map((row) =>
      createViolation(
        GLOSSARY_PAGE,
        row.line,
        `${row.cells[1]} is not a type of src/foundation/core`,
      ),
    );
  const words = rows.map((row) => row.cells[0] ?? '');
  const twice = rows
    .filter((row, index) => words.indexOf(row.cells[0] ?? '') !== index)
    .map((row) => createViolation(GLOSSARY_PAGE, row.line, `'${row.cells[0]}' has two lines`));
  return [...missing, ...dead, ...twice];
}

function listTypes(module: Module): string[] {
  return module.parsed.program.body.flatMap((statement) => {
    if (statement.type !== 'ExportNamedDeclaration') return [];
    const { declaration } = statement;
    const isType =
      declaration?.type === 'TSInterfaceDeclaration' ||
      declaration?.type === 'TSTypeAliasDeclaration' ||
      declaration?.type === 'ClassDeclaration';
    return isType && declaration.id ? [declaration.id.name] : [];
  });
}

/**
 * Requires a line for each package of the manifest, in full, and a package for each line; no two
 * runtime packages may do the same job.
 */
export function checkDependencyPage(page: string, manifest: Manifest): Violation[] {
  const names = Object.keys({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  });
  const rows = parseRows(page);
  const listed = rows.map((row) => parseCode(row.cells[0]) ?? '');
  const missing = names
    .filter((name) => !listed.includes(name))
    .map((name) => createViolation(DEPENDENCIES_PAGE, 1, `has no line for '${name}'`));
  const dead = rows
    .filter((row) => !names.includes(parseCode(row.cells[0]) ?? ''))
    .map((row) =>
      createViolation(DEPENDENCIES_PAGE, row.line, `${row.cells[0]} is not in package.json`),
    );
  const short = rows
    .filter((row) => row.cells.length !== 5 || row.cells.includes(''))
    .map((row) =>
      createViolation(DEPENDENCIES_PAGE, row.line, `${row.cells[0]} has an empty column`),
    );
  const rivals = Object.entries(JOBS).flatMap(([job, packages]) => {
    const taken = packages.filter((name) => manifest.dependencies?.[name] !== undefined);
    const message = `two libraries for ${job}: ${taken.join(', ')}`;
    return taken.length > 1 ? [createViolation('package.json', 1, message)] : [];
  });
  return [...missing, ...dead, ...short, ...rivals];
}

/**
 * Requires that the table of rooms on the architecture page matches the layer check. `all above` is
 * not expanded there.
 */
export function checkHousePage(page: string): Violation[] {
  const rows = parseRows(page).flatMap((row) => {
    const folder = /^`src\/([a-z/]+?)(?:\/<id>)?`$/u.exec(row.cells[0] ?? '')?.[1];
    return folder === undefined ? [] : [{ row, folder }];
  });
  const missing = [...ROOM_FOLDERS.values()]
    .filter((folder) => rows.every((each) => each.folder !== folder))
    .map((folder) => createViolation(ARCHITECTURE_PAGE, 1, `has no row for 'src/${folder}'`));
  const rooms = new Map([...ROOM_FOLDERS].map(([room, folder]) => [folder, ROOMS[room]]));
  const differing = rows.flatMap(({ row, folder }) => {
    const imports = row.cells[2] ?? '';
    if (imports.startsWith('all above')) return [];
    const expected = rooms.get(folder)?.imports.join(', ') ?? 'no room of the table';
    const isSame = imports === (expected === '' ? 'nothing' : expected);
    return isSame
      ? []
      : [createViolation(ARCHITECTURE_PAGE, row.line, `${row.cells[0]} imports: ${expected}`)];
  });
  return [...missing, ...differing];
}

/** Requires that every storey states in a short README what it is for. */
function checkStoreyPages(): Violation[] {
  return STOREYS.flatMap(({ name }) => {
    const path = `src/${name}/README.md`;
    if (!existsSync(join(ROOT, path))) return [createViolation(path, 1, 'is missing')];
    const lines = readFileSync(join(ROOT, path), 'utf8').trimEnd().split('\n').length;
    return lines > STOREY_LINES_MAX
      ? [createViolation(path, 1, `has ${lines} lines: at most ${STOREY_LINES_MAX}`)]
      : [];
  });
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Returns the rows of all tables of a page, without their heads. */
function parseRows(page: string): Row[] {
  const lines = page.split('\n');
  return lines.flatMap((text, index) => {
    const isHead = lines[index + 1]?.startsWith('|--') ?? false;
    if (!text.startsWith('| ') || isHead) return [];
    const cells = text.split('|').slice(1, -1);
    return [{ line: index + 1, cells: cells.map((cell) => cell.trim()) }];
  });
}

function parseCode(cell: string | undefined): string | undefined {
  return /^`([^`]+)`$/u.exec(cell ?? '')?.[1];
}

function createViolation(path: string, line: number, message: string): Violation {
  return { path, line, message };
}

/** Runs the checks on the pages on disk. */
export function checkDocsOnDisk(modules: readonly Module[]): Violation[] {
  const readPage = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
  return [
    ...checkErrorPage(readPage(ERRORS_PAGE)),
    ...checkGlossary(readPage(GLOSSARY_PAGE), modules),
    ...checkHousePage(readPage(ARCHITECTURE_PAGE)),
    ...checkStoreyPages(),
    ...checkDependencyPage(
      readPage(DEPENDENCIES_PAGE),
      JSON.parse(readPage('package.json')) as Manifest,
    ),
    ...findOutdatedDocs().map((path) => createViolation(path, 1, 'is outdated: npm run generate')),
  ];
}
