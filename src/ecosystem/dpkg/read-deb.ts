import { type ArMember, readArMembers } from '../../bytes/ar/ar.ts';
import { expand } from '../../bytes/compression/expand.ts';
import { TarFiles } from '../../bytes/tar/tar-files.ts';
import { appendAll } from '../../core/append-all.ts';
import type { Budget } from '../../core/budget.ts';
import { type Bytes, readText, toBytes } from '../../core/bytes.ts';
import { compareText } from '../../core/compare-text.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { parseDeb822 } from '../../syntax/deb822/deb822.ts';
import { parseCopyrightLicenses } from '../../syntax/deb822/debian-copyright.ts';
import {
  type DpkgFile,
  type DpkgRecord,
  dpkgRecordOf,
  parseConffiles,
  parseMd5sums,
} from './dpkg-record.ts';

/** A binary package of Debian and its kin, before it is installed. */
export interface DebArchive {
  readonly record: DpkgRecord;
  readonly files: readonly DpkgFile[];
  /** Short names of licences in its machine-readable copyright files, sorted. */
  readonly licenses: readonly string[];
}

export interface DebReading {
  readonly archive?: DebArchive;
  readonly problems: readonly ProblemNote[];
}

const CONTROL = { record: '/control', digests: '/md5sums', configuration: '/conffiles' } as const;
const COPYRIGHT = /^\/usr\/share\/doc\/[^/]+\/copyright$/;

/**
 * Reads what an archive says of itself; what it installs is only looked through for licences.
 * deb(5).
 */
export function readDeb(content: Bytes, budget: Budget): DebReading {
  const { limits } = budget;
  const found = readArMembers(content, limits);
  if (found === undefined) {
    return { problems: [{ code: 'P_MALFORMED', message: 'the file is not a Debian package' }] };
  }
  const problems: ProblemNote[] = [];
  if (found.isCut) {
    problems.push({ code: 'P_TRUNCATED', message: 'the package is truncated' });
  }
  const filesOf = (prefix: string, isWanted: (path: string) => boolean) => {
    const member = found.members.find(({ name }) => name.startsWith(prefix));
    return member && filesIn(content, member, { budget, isWanted, problems });
  };
  const names: readonly string[] = Object.values(CONTROL);
  const control = filesOf('control.tar', (path) => names.includes(path));
  const text = control?.get(CONTROL.record);
  const [stanza] = text === undefined ? [] : stanzasOf(text, limits, problems);
  const record = stanza && dpkgRecordOf(stanza, budget);
  if (control === undefined || record === undefined || record.package === '') {
    const message = 'the package does not contain its name';
    return { problems: [...problems, { code: 'P_MALFORMED', message }] };
  }
  const data = filesOf('data.tar', (path) => COPYRIGHT.test(path));
  const licenses = [...(data?.values() ?? [])].flatMap((each) =>
    parseCopyrightLicenses(textIn(each)),
  );
  return {
    archive: {
      record,
      files: ownFiles(control, budget),
      licenses: [...new Set(licenses)].sort(compareText),
    },
    problems,
  };
}

interface MemberOptions {
  readonly budget: Budget;
  readonly isWanted: (path: string) => boolean;
  readonly problems: ProblemNote[];
}

function filesIn(
  content: Bytes,
  { name, offset, sizeBytes }: ArMember,
  { budget, isWanted, problems }: MemberOptions,
): ReadonlyMap<string, Uint8Array> {
  const { limits } = budget;
  const files = new TarFiles({ limits, maxBytes: limits.archiveTextBytesMax, isWanted });
  const problem = expand(content.read(offset, sizeBytes), {
    budget,
    maxBytes: 'zipExpandedBytesMax',
    onOutput: (piece) => files.push(piece),
  });
  if (problem === undefined) {
    files.end();
  }
  const found = problem === undefined ? files.problems : [problem];
  appendAll(
    problems,
    found.map(({ code, message }) => ({ code, message: `${name}: ${message}` })),
  );
  return files.files;
}

function stanzasOf(
  text: Uint8Array,
  limits: Budget['limits'],
  problems: ProblemNote[],
): ReturnType<typeof parseDeb822>['stanzas'] {
  const parsed = parseDeb822(textIn(text), limits);
  appendAll(problems, parsed.problems);
  return parsed.stanzas;
}

/** The files that have a digest, which are all but links and folders. */
function ownFiles(control: ReadonlyMap<string, Uint8Array>, budget: Budget): readonly DpkgFile[] {
  const textAt = (path: string): string => textIn(control.get(path) ?? new Uint8Array(0));
  const configured = new Set(
    parseConffiles(textAt(CONTROL.configuration), budget).map(({ path }) => path),
  );
  return parseMd5sums(textAt(CONTROL.digests), budget).map((file) =>
    configured.has(file.path) ? { ...file, isConfigFile: true } : file,
  );
}

function textIn(content: Uint8Array): string {
  return readText(toBytes(content));
}
