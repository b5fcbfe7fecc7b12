import { splitLines } from '../text/lines.ts';

/** A vulnerability in an entry of a changelog. */
export interface ChangelogMention {
  /** `CVE-…` or `GHSA-…`. */
  readonly id: string;
  /** From 1, within the changelog. */
  readonly line: number;
  /** Whether the text reverts a fix, or states that there is none. */
  readonly isNegative: boolean;
}

/** An entry that mentions vulnerabilities. */
export interface ChangelogEntry {
  /** Name of the source package. */
  readonly source: string;
  readonly version: string;
  readonly mentions: readonly ChangelogMention[];
}

const ID = /\b(?:CVE-\d{4}-\d{4,12}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3})\b/gi;
/** `python-urllib3 (1.26.12-1+deb12u1) bookworm-security; urgency=high`, deb-changelog(5). */
const HEADING = /^([a-z0-9][a-z0-9+.-]*) \(([^()\s]+)\)(?: [^;]*)?;/i;
const ITEM = /^(\s*)(?:[*+-]|o )\s*/;
/** A fix that is reverted, incomplete or missing. */
const NEGATIVE =
  /\brevert|\bback(?:s|ed|ing)? out\b|\bunfixed\b|\bunpatched\b|\bincomplete|\bpartial|(?:\bnot|n't) (?:\w+ ){0,2}(?:fix|address|patch|resolv|mitigat|backport|affect|vulnerable|applicable)|\bstill (?:\w+ )?(?:affected|vulnerable|open|present|unresolved)|\bwon'?t ?fix|\b(?:drop|remov|disabl|delet|omit|skip|ignor|postpon)\w* (?:[^\s:.;,]+ ){0,4}?\S*?(?:\bpatch|\bfix|CVE-|GHSA-)|(?:\.patch|CVE-\d+-\d+)['")]*:? (?:(?:was|is|are|has been) )?(?:removed|dropped|disabled|deleted|omitted|postponed)\b|\b(?:to-?do|no-dsa|vulnerable to|needs? (?:a |to be )?fix)/i;
/** A fix that is only mentioned: an older entry has it, or none. */
const NEUTRAL =
  /\bregress|\bintroduced (?:by|in|with)\b|\bfollow-?up\b|\bsee also\b|\brelated(?: to\b|:)/i;

/**
 * Returns the entries of a Debian changelog that mention vulnerabilities, in the order of the text.
 */
export function parseDebianChangelog(text: string): ChangelogEntry[] {
  const entries: ChangelogEntry[] = [];
  let reader: MentionReader | undefined;
  for (const { text: line, number } of splitLines(text)) {
    const [, source, version] = HEADING.exec(line) ?? [];
    if (source !== undefined && version !== undefined) {
      reader?.endItem();
      reader = new MentionReader();
      entries.push({ source, version, mentions: reader.mentions });
    } else {
      reader?.addLine(line, number);
    }
  }
  reader?.endItem();
  return entries.filter(({ mentions }) => mentions.length > 0);
}

/** Returns the vulnerabilities in the text of one entry, with line numbers that start at 1. */
export function readMentions(text: string): ChangelogMention[] {
  const reader = new MentionReader();
  for (const { text: line, number } of splitLines(text)) {
    reader.addLine(line, number);
  }
  reader.endItem();
  return reader.mentions;
}

interface Item {
  readonly indent: number;
  readonly lines: { readonly text: string; readonly number: number }[];
  /** Whether an item that contains this one is negative, or neutral. */
  readonly isBelowNegative: boolean;
  readonly isBelowNeutral: boolean;
}

/** Reads an entry item by item: the lines of one item are one statement. */
class MentionReader {
  readonly mentions: ChangelogMention[] = [];
  #item: Item | undefined;
  /** The items that the next one may belong to, the outermost first. */
  #outer: { readonly indent: number; readonly isNegative: boolean; readonly isNeutral: boolean }[] =
    [];

  addLine(text: string, number: number): void {
    const bullet = ITEM.exec(text);
    if (bullet === null && text.trim() !== '') {
      this.#item?.lines.push({ text, number });
      this.#item ??= { ...TOP, lines: [{ text, number }] };
      return;
    }
    this.endItem();
    if (bullet === null) {
      this.#outer = [];
      return;
    }
    const indent = bullet[1]?.length ?? 0;
    this.#outer = this.#outer.filter((one) => one.indent < indent);
    this.#item = {
      indent,
      lines: [{ text, number }],
      isBelowNegative: this.#outer.some(({ isNegative }) => isNegative),
      isBelowNeutral: this.#outer.some(({ isNeutral }) => isNeutral),
    };
  }

  endItem(): void {
    const item = this.#item;
    this.#item = undefined;
    if (item === undefined) {
      return;
    }
    const text = item.lines.map((line) => line.text.trim()).join(' ');
    const isNegative = item.isBelowNegative || NEGATIVE.test(text);
    const isNeutral = item.isBelowNeutral || NEUTRAL.test(text);
    this.#outer.push({ indent: item.indent, isNegative, isNeutral });
    if (isNeutral && !isNegative) {
      return;
    }
    for (const { text: line, number } of item.lines) {
      for (const [id] of line.matchAll(ID)) {
        this.mentions.push({ id: normalizeId(id), line: number, isNegative });
      }
    }
  }
}

const TOP = { indent: -1, isBelowNegative: false, isBelowNeutral: false } as const;

/** GitHub writes the parts of its IDs in lower case. */
function normalizeId(id: string): string {
  return id.startsWith('CVE') || id.startsWith('cve')
    ? id.toUpperCase()
    : `GHSA${id.slice(4).toLowerCase()}`;
}

/** Returns, for each vulnerability, the newest mention if it is a fix. */
export function listFixes<Entry extends Pick<ChangelogEntry, 'mentions'>>(
  newestFirst: readonly Entry[],
): { readonly id: string; readonly line: number; readonly entry: Entry }[] {
  const known = new Map<string, { id: string; line: number; entry: Entry } | undefined>();
  for (const entry of newestFirst) {
    const negative = new Set(entry.mentions.filter((one) => one.isNegative).map(({ id }) => id));
    for (const { id, line } of entry.mentions) {
      if (!known.has(id)) {
        known.set(id, negative.has(id) ? undefined : { id, line, entry });
      }
    }
  }
  return [...known.values()].filter((fix) => fix !== undefined);
}
