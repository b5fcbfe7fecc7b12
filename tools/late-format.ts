import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { Plugin } from 'rolldown';

/** Before the path of a format's module: what is known of it at once, and what is called late. */
const FACTS = '\0facts:';
const CALLS = '\0calls:';

/** Whether a module is one that {@link lateFormats} made of the functions of a format. */
export function isLateFormat(id: string): boolean {
  return id.startsWith(CALLS);
}

/**
 * Takes each format that the registry lists in two: its facts, by which one is chosen, are data and
 * stay with the registry; its functions are in a module of their own that can be loaded late. A run
 * writes one format or two of more than twenty.
 */
export function lateFormats(root: string): Plugin {
  const registry = join(root, 'src', 'report', 'registry.generated.ts');
  return {
    name: 'late-formats',
    resolveId(source, importer) {
      if (source.startsWith(FACTS) || source.startsWith(CALLS)) return source;
      const isFormat = importer === registry && source.startsWith('./');
      return isFormat ? FACTS + resolve(join(registry, '..'), source) : undefined;
    },
    async load(id) {
      if (id.startsWith(FACTS)) return factsText(id.slice(FACTS.length));
      return id.startsWith(CALLS) ? callsText(id.slice(CALLS.length)) : undefined;
    },
  };
}

async function factsText(path: string): Promise<string> {
  const { name, format } = await formatIn(path);
  const members = Object.entries(format).map(([member, value]) => {
    if (typeof value === 'function') return `${member}: ${member}`;
    const text = JSON.stringify(value);
    const isData = text !== undefined && isDeepStrictEqual(JSON.parse(text), value);
    if (!isData) throw new Error(`${path}: the member ${member} is neither data nor a function`);
    return `${member}: ${text}`;
  });
  const calls = functionsOf(format).join(', ');
  return `import { ${calls} } from ${JSON.stringify(CALLS + path)};
export const ${name} = { ${members.join(', ')} };\n`;
}

async function callsText(path: string): Promise<string> {
  const { name, format } = await formatIn(path);
  const calls = functionsOf(format).map(
    (member) => `export function ${member}(...given) { return ${name}.${member}(...given); }\n`,
  );
  return `import { ${name} } from ${JSON.stringify(path)};\n${calls.join('')}`;
}

function functionsOf(format: object): readonly string[] {
  return Object.entries(format).flatMap(([member, value]) =>
    typeof value === 'function' ? [member] : [],
  );
}

/** The one constant that the module of a plug-in exports under its id. */
async function formatIn(path: string): Promise<{ readonly name: string; readonly format: object }> {
  const exported: object = await import(pathToFileURL(path).href);
  const id = basename(path, '.ts');
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value === 'object' && value !== null && 'id' in value && value.id === id) {
      return { name, format: value };
    }
  }
  throw new Error(`${path}: no format ${id}`);
}
