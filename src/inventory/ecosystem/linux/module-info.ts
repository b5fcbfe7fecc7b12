import { readElf, readSection } from '../../../foundation/bytes/elf/elf.ts';
import { toBuffer, toBytes } from '../../../foundation/core/bytes.ts';
import type { Limits } from '../../../foundation/core/limits.ts';

export interface ModuleParameter {
  readonly type?: string;
  readonly description?: string;
}

/** Metadata of a loadable kernel module. */
export interface ModuleInfo {
  /** By key; the last value of a repeated key. */
  readonly values: ReadonlyMap<string, string>;
  readonly parameters: ReadonlyMap<string, ModuleParameter>;
}

/**
 * Reads the section `.modinfo`: strings `key=value`, each terminated by NUL. Returns `undefined` if
 * the content is not an ELF file or has no such section.
 */
export function readModuleInfo(content: Uint8Array, limits: Limits): ModuleInfo | undefined {
  const elf = readElf(toBytes(content), limits);
  const section = elf && elf.sections.findNamed('.modinfo');
  if (elf === undefined || section === undefined) {
    return undefined;
  }
  const bytes = readSection(elf, section, limits.recordBytesMax);
  const text = toBuffer(bytes).toString('utf8');
  const values = new Map<string, string>();
  const parameters = new Map<string, ModuleParameter>();
  for (const entry of text.split('\0')) {
    const [key, value] = cut(entry, '=');
    if (key === 'parm' || key === 'parmtype') {
      const [name, rest] = cut(value, ':');
      const known = parameters.get(name);
      parameters.set(name, {
        ...known,
        ...(key === 'parm' ? { description: rest } : { type: rest }),
      });
    } else if (key !== '') {
      values.set(key, value);
    }
  }
  return { values, parameters };
}

function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
