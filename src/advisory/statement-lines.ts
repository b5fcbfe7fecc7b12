import { toKeyPart } from './schema.ts';
import type { Statement } from './statement.ts';

/**
 * All statements of one source about one vulnerability and one package are the value of one key,
 * whatever their releases are: a change of one is a change of one small entry, and equal statements
 * about several releases are stored once. Each line of the value has the releases of a content, the
 * variant of its record, and the content.
 */
export interface StatementLine {
  /** One empty release outside of systems. */
  readonly releases: readonly string[];
  /** Empty, except for records that share their ID and provider with another one. */
  readonly variant: string;
  readonly content: string;
}

/** The parts of the key of statements besides the subject. */
export interface StatementSource {
  readonly vulnerability: string;
  readonly provider: string;
  readonly effect: Statement['effect'];
}

const AFFECTED = '0';
const UNAFFECTED = '1';
const FIELD_END = '\t';
const RELEASE_END = '\x1f';
const LINE_END = '\n';

/** Returns the key of statements, without its section. */
export function toStatementKey(subject: string, source: StatementSource): string {
  const { vulnerability, provider, effect } = source;
  const flag = effect === 'affected' ? AFFECTED : UNAFFECTED;
  return `${subject}\0${toKeyPart(vulnerability)}\0${toKeyPart(provider)}\0${flag}`;
}

/** Returns the parts of a key of statements. */
export function parseStatementKey(key: string): StatementSource & { readonly subject: string } {
  const effectAt = key.lastIndexOf('\0');
  const providerAt = key.lastIndexOf('\0', effectAt - 1);
  const vulnerabilityAt = key.lastIndexOf('\0', providerAt - 1);
  return {
    subject: key.slice(0, vulnerabilityAt),
    vulnerability: key.slice(vulnerabilityAt + 1, providerAt),
    provider: key.slice(providerAt + 1, effectAt),
    effect: key.slice(effectAt + 1) === AFFECTED ? 'affected' : 'unaffected',
  };
}

export function joinLines(lines: readonly StatementLine[]): string {
  return lines
    .map(({ releases, variant, content }) =>
      [releases.join(RELEASE_END), variant, content].join(FIELD_END),
    )
    .join(LINE_END);
}

export function splitLines(value: Buffer): readonly StatementLine[] {
  return value
    .toString()
    .split(LINE_END)
    .map((line) => {
      const releasesEnd = line.indexOf(FIELD_END);
      const variantEnd = line.indexOf(FIELD_END, releasesEnd + 1);
      if (releasesEnd < 0 || variantEnd < 0) {
        throw new RangeError('a line of statements has too few fields');
      }
      return {
        releases: line.slice(0, releasesEnd).split(RELEASE_END),
        variant: line.slice(releasesEnd + 1, variantEnd),
        content: line.slice(variantEnd + 1),
      };
    });
}
