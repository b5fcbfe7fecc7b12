import type * as Yaml from 'yaml';
import { loadPackage } from '../../../foundation/syntax/load-package.ts';
import { isNestedDeep } from '../../../foundation/syntax/text/yaml.ts';
import type { EntryMap, EntryNode, EntryValue } from './entry-node.ts';
import { createEntryError } from './justification-error.ts';
import { parsePlainEntries } from './parse-plain.ts';

/** A file with a thousand groups of several findings is about this long. */
const FILE_CHARS_MAX = 16 * 1024 * 1024;
/** The YAML library takes a second for this much. */
const YAML_CHARS_MAX = 2 * 1024 * 1024;
const ENTRIES_MAX = 20_000;
const DEPTH_MAX = 20;

/**
 * Reads the entries of a file of justifications in YAML or JSON, before they are checked.
 *
 * @throws UserError `E_JUSTIFICATION`, also for aliases, tags and repeated keys: they let a file
 *   mean something other than what a reader sees
 */
export function parseEntries(text: string, file: string): readonly EntryNode[] {
  if (text.length > FILE_CHARS_MAX) {
    throw createEntryError(file, `the file has more than ${FILE_CHARS_MAX} characters`);
  }
  const entries = parsePlainEntries(text) ?? parseYamlEntries(text, file);
  if (entries.length > ENTRIES_MAX) {
    throw createEntryError(file, `the file has more than ${ENTRIES_MAX} entries`);
  }
  return entries;
}

function parseYamlEntries(text: string, file: string): readonly EntryNode[] {
  if (text.length > YAML_CHARS_MAX || isNestedDeep(text, DEPTH_MAX)) {
    throw createEntryError(
      file,
      'the file is too long or nested too deeply for free-form YAML',
      'split it, or keep the form in which "plimsoll justify queue" writes it',
    );
  }
  const { document, lines } = parseYamlDocument(text, file);
  if (document.contents === null) {
    return [];
  }
  const yaml = loadYaml();
  if (!yaml.isSeq(document.contents)) {
    throw createEntryError(`${file}:1`, 'a file of justifications is a list of entries');
  }
  return document.contents.items.map((node) => {
    const { line } = lines.linePos((node as Yaml.Node | null)?.range?.[0] ?? 0);
    const members = readMap(node, { yaml, lines, file });
    return { members, line };
  });
}

function loadYaml(): typeof Yaml {
  return loadPackage('yaml') as typeof Yaml;
}

/**
 * Parses the document with its positions; all values are texts.
 *
 * @throws UserError `E_JUSTIFICATION` if it is not valid YAML
 */
export function parseYamlDocument(
  text: string,
  file: string,
): { readonly document: Yaml.Document.Parsed; readonly lines: Yaml.LineCounter } {
  const { LineCounter, parseDocument } = loadYaml();
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    schema: 'failsafe',
    uniqueKeys: true,
    prettyErrors: false,
    logLevel: 'error',
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const { line } = lines.linePos(problem.pos[0]);
    throw createEntryError(`${file}:${line}`, problem.message.split('\n', 1)[0] ?? '');
  }
  return { document, lines };
}

interface NodeContext {
  readonly yaml: typeof Yaml;
  readonly lines: Yaml.LineCounter;
  readonly file: string;
}

function locateNode(node: unknown, { lines, file }: NodeContext): string {
  return `${file}:${lines.linePos((node as Yaml.Node | null)?.range?.[0] ?? 0).line}`;
}

function readMap(node: unknown, context: NodeContext): ReadonlyMap<string, EntryValue> {
  const { yaml } = context;
  if (!yaml.isMap(node)) {
    throw createEntryError(
      locateNode(node, context),
      describeWrong(node, context, 'an entry is a map'),
    );
  }
  return new Map(
    node.items.map((pair) => [readNodeText(pair.key, context), readNodeValue(pair.value, context)]),
  );
}

function readNodeValue(node: unknown, context: NodeContext): EntryValue {
  const { yaml } = context;
  if (yaml.isSeq(node)) {
    return node.items.map((item) => readTextMap(item, context));
  }
  return yaml.isMap(node) ? readTextMap(node, context) : readNodeText(node, context);
}

function readTextMap(node: unknown, context: NodeContext): EntryMap {
  const members = readMap(node, context);
  return new Map(
    [...members].map(([name, value]) => {
      if (typeof value !== 'string') {
        throw createEntryError(locateNode(node, context), `"${name}" must be a text`);
      }
      return [name, value];
    }),
  );
}

function readNodeText(node: unknown, context: NodeContext): string {
  const { yaml } = context;
  if (node === null || node === undefined) {
    return '';
  }
  if (!yaml.isScalar(node) || typeof node.value !== 'string') {
    throw createEntryError(
      locateNode(node, context),
      describeWrong(node, context, 'expected a text'),
    );
  }
  return node.value;
}

function describeWrong(node: unknown, { yaml }: NodeContext, message: string): string {
  return yaml.isAlias(node) ? 'aliases are not allowed: repeat the value' : message;
}
