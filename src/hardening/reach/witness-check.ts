import { readZipMember } from '../../foundation/bytes/zip/zip-member.ts';
import { type Bytes, toBuffer, toBytes } from '../../foundation/core/bytes.ts';
import type {
  Extractor,
  FileView,
  VisibleFact,
  WantedFile,
} from '../../foundation/core/cataloger.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import { publishImage } from '../../foundation/core/published-image.ts';
import {
  CONFIG_PATH,
  REQUEST_PATH,
  type Reach,
  type ReachStep,
  type Witness,
} from '../../foundation/core/reach.ts';
import type { ImageDescription } from '../../foundation/core/target.ts';
import { splitMemberPath } from './member-path.ts';
import { LINK_RULE } from './reach-graph.ts';

/** One step that was checked again. */
export interface CheckedStep {
  readonly step: ReachStep;
  readonly holds: boolean;
}

interface Token {
  readonly token: string;
  readonly offset?: number;
  readonly line?: number;
}

/** Tokens by the file that must contain them. */
export type WitnessTokens = ReadonlyMap<string, readonly Token[]>;

/** Collects the tokens that files must contain for every step to hold. */
export function collectWitnessTokens(reach: Reach): WitnessTokens {
  const tokens = new Map<string, Token[]>();
  for (const step of listSteps(reach)) {
    if (isInFile(step)) {
      const { path, token, offset, line } = step.witness;
      const known = tokens.get(path) ?? [];
      known.push({
        token,
        ...defined({ offset, line }),
      });
      tokens.set(path, known);
    }
  }
  return tokens;
}

/** Steps on the best paths, including those in archives, and from opaque scopes. */
function listSteps({ files, members = [], tainted }: Reach): readonly ReachStep[] {
  return [...[...files, ...members].flatMap(({ step }) => step ?? []), ...tainted];
}

function isInFile({ rule, witness }: ReachStep): boolean {
  const isElsewhere = witness.path === CONFIG_PATH || witness.path === REQUEST_PATH;
  return rule !== LINK_RULE && !isElsewhere;
}

/** Numbers of the tokens that a file contains, by the path in the witnesses. */
type Held = Readonly<Record<string, readonly number[]>>;

/** Creates an extractor that only reads files that are witnesses. */
export function createWitnessExtractor(tokens: WitnessTokens): Extractor<Held> {
  const placesIn = Map.groupBy(tokens.keys(), (path) => splitMemberPath(path).file);
  return {
    id: 'witness-check',
    version: 1,
    wants: [
      {
        role: 'witness',
        paths: [...placesIn.keys()].toSorted(compareText),
        maxBytes: 'wholeFileBytesMax',
      },
    ],
    extract: (file) => {
      const held = (placesIn.get(file.path) ?? []).map((place) => {
        const content = readContent(file, splitMemberPath(place).members);
        const wanted = tokens.get(place) ?? [];
        return [
          place,
          wanted.flatMap((token, at) => (hasToken(content, token) ? [at] : [])),
        ] as const;
      });
      return { fact: Object.fromEntries(held) };
    },
  };
}

function readContent({ content, budget }: WantedFile, members: readonly string[]): Buffer {
  let inner: Bytes | undefined = content;
  for (const [depth, member] of members.entries()) {
    const isLast = depth === members.length - 1;
    const maxBytes = isLast ? 'classFileBytesMax' : 'zipEntryBytesMax';
    const found: Uint8Array | undefined =
      inner && readZipMember(inner, member, budget, maxBytes).content;
    inner = found && toBytes(found);
  }
  const bytes = inner === undefined ? new Uint8Array() : inner.read(0, inner.sizeBytes);
  const whole = toBuffer(bytes);
  // Long lines of a manifest continue after a blank.
  return members.at(-1)?.endsWith('.MF') === true
    ? Buffer.from(whole.toString('utf8').replaceAll(/\r?\n /g, ''))
    : whole;
}

/** A statement may start on the line before, and may span several lines. */
const LINES_BEFORE = 1;
const LINES_AFTER = 40;

/** Returns whether a token occurs at its recorded place. */
function hasToken(content: Buffer, { token, offset, line }: Token): boolean {
  const bytes = Buffer.from(token);
  if (offset !== undefined) {
    return content.subarray(offset, offset + bytes.length).equals(bytes);
  }
  if (line !== undefined) {
    const lines = content.toString('utf8').split('\n');
    const near = lines.slice(Math.max(0, line - 1 - LINES_BEFORE), line + LINES_AFTER);
    return near.some((text) => text.includes(token));
  }
  return content.includes(bytes);
}

/** Collects the results of the extractor for {@link checkSteps}. */
export function collectHeldTokens(
  facts: readonly VisibleFact<unknown>[],
): ReadonlyMap<string, readonly number[]> {
  const held = new Map<string, readonly number[]>();
  for (const { path, otherNames = [], fact } of facts) {
    for (const [place, numbers] of Object.entries(fact as Held)) {
      held.set(place, numbers);
    }
    // Only the path in the witness was requested; a hard link may give it another name.
    for (const name of otherNames) {
      held.set(name, (fact as Held)[path] ?? (fact as Held)[name] ?? []);
    }
  }
  return held;
}

export interface WitnessWorld {
  readonly view: FileView;
  readonly target: ImageDescription;
  readonly tokens: WitnessTokens;
  /** Results of the extractor. */
  readonly extractedOffsets: ReadonlyMap<string, readonly number[]>;
}

/** Returns every step with whether its witness still holds. */
export function checkSteps(reach: Reach, world: WitnessWorld): readonly CheckedStep[] {
  const numbers = new Map<string, number>();
  return listSteps(reach).map((step) => {
    const { witness, via = [] } = step;
    const leads = via.every(({ path, target }) => hasTarget(path, target, world));
    if (!isInFile(step)) {
      return { step, holds: leads && isPlain(step.witness, step.rule, world) };
    }
    const number = numbers.get(witness.path) ?? 0;
    numbers.set(witness.path, number + 1);
    const isHeld = world.extractedOffsets.get(witness.path)?.includes(number) === true;
    return { step, holds: leads && isHeld };
  });
}

/** Returns whether a path is a link with this target. */
function hasTarget(path: string, target: string, { view }: WitnessWorld): boolean {
  const ref = view.find(path);
  return ref !== undefined && view.layers[ref.layer]?.files.linkTarget(ref.row) === target;
}

/** Returns whether the witness is the configuration, a link, or the request itself. */
function isPlain({ path, token }: Witness, rule: string, world: WitnessWorld): boolean {
  if (rule === LINK_RULE) {
    return hasTarget(path, token, world);
  }
  if (path === REQUEST_PATH) {
    return true;
  }
  const { target } = world;
  // Secrets in the configuration are masked in the output.
  const configurations = [target.config, publishImage(target).config];
  const quoted = JSON.stringify(token).slice(1, -1);
  return configurations.some((config) => Buffer.from(config).toString('utf8').includes(quoted));
}
