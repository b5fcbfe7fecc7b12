import { splitLines } from '../text/lines.ts';

export interface ManifestAttribute {
  readonly key: string;
  readonly value: string;
  /**
   * The value in Syft's output, if it differs: Syft trims spaces at the ends of continued lines,
   * although they belong to the value.
   */
  readonly trimmed?: string;
}

/** A section of a manifest, in the order of the file. */
export type ManifestSection = readonly ManifestAttribute[];

/** The first section is about the archive, the others about single files and packages in it. */
export interface Manifest {
  readonly main: ManifestSection;
  readonly sections: readonly ManifestSection[];
}

/**
 * Reads a manifest; malformed lines are skipped. JAR File Specification, "Manifest Specification":
 * lines end with CR LF, LF or CR, and a line that begins with a space continues the one before it.
 */
export function parseManifest(text: string): Manifest {
  const sections: Attribute[][] = [];
  let current: Attribute[] | undefined;
  let last: Attribute | undefined;
  for (const { text: line } of splitLines(text.replace(/\r(?!\n)/g, '\n'))) {
    if (line === '') {
      current = undefined;
      last = undefined;
    } else if (line.startsWith(' ')) {
      last?.pieces.push(line.slice(1));
    } else {
      const colon = line.indexOf(':');
      const key = line.slice(0, Math.max(colon, 0)).trim();
      if (key !== '') {
        last = { key, pieces: [line.slice(colon + 1)] };
        if (current === undefined) {
          current = [];
          sections.push(current);
        }
        current.push(last);
      }
    }
  }
  const [main = [], ...others] = sections.map((section) => section.map(toAttribute));
  return { main, sections: others };
}

interface Attribute {
  readonly key: string;
  readonly pieces: string[];
}

function toAttribute({ key, pieces }: Attribute): ManifestAttribute {
  const value = pieces.join('').trim();
  const trimmed = pieces.map((piece) => piece.trim()).join('');
  return trimmed === value ? { key, value } : { key, value, trimmed };
}

/**
 * Returns the value of an attribute of a section, or an empty string. Names are case-insensitive.
 */
export function getAttribute(section: ManifestSection, name: string): string {
  const wanted = name.toLowerCase();
  return section.find(({ key }) => key.toLowerCase() === wanted)?.value ?? '';
}

/** Returns the first value that is not empty, of the main section or any other. */
export function findAttribute(manifest: Manifest, name: string): string {
  for (const section of [manifest.main, ...manifest.sections]) {
    const value = getAttribute(section, name);
    if (value !== '') {
      return value;
    }
  }
  return '';
}
