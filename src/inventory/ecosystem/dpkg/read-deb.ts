import { type ArMember, readArMembers } from '../../../foundation/bytes/ar/ar.ts';
import { expand } from '../../../foundation/bytes/compression/expand.ts';
import { TarFiles } from '../../../foundation/bytes/tar/tar-files.ts';
import { appendAll } from '../../../foundation/core/append-all.ts';
import type { Budget } from '../../../foundation/core/budget.ts';
import { type Bytes, readText, toBytes } from '../../../foundation/core/bytes.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import type { ProblemNote } from '../../../foundation/core/problem.ts';
import { parseDeb822 } from '../../../foundation/syntax/deb822/deb822.ts';
import { parseCopyrightLicenses } from '../../../foundation/syntax/deb822/debian-copyright.ts';
import {
  type DpkgFile,
  type DpkgRecord,
  parseConffiles,
  parseMd5sums,
  toDpkgRecord,
} from './dpkg-record.ts';

/** A Debian binary package that is not installed. */
export interface DebArchive {
  readonly record: DpkgRecord;
  readonly files: readonly DpkgFile[];
  /** Short names of licenses in its machine-readable copyright files, sorted. */
  readonly licenses: readonly string[];
}

export interface DebReading {
  readonly archive?: DebArchive;
  readonly problems: readonly ProblemNote[];
}

const CONTROL = { record: '/control', digests: '/md5sums', configuration: '/conffiles' } as const;
const COPYRIGHT = /^\/usr\/share\/doc\/[^/]+\/copyright$/;

/**
 * Reads the metadata of an archive. The files it installs are only searched for licenses. deb(5).
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
  const readMemberFiles = (prefix: string, isWanted: (path: string) => boolean) => {
    const member = found.members.find(({ name }) => name.startsWith(prefix));
    return member && expandMember(content, member, { budget, isWanted, problems });
  };
  const names: readonly string[] = Object.values(CONTROL);
  const control = readMemberFiles('control.tar', (path) => names.includes(path));
  const text = control?.get(CONTROL.record);
  const [stanza] = text === undefined ? [] : parseStanzas(text, limits, problems);
  const record = stanza && toDpkgRecord(stanza, budget);
  if (control === undefined || record === undefined || record.package === '') {
    const message = 'the package does not contain its name';
    return { problems: [...problems, { code: 'P_MALFORMED', message }] };
  }
  const data = readMemberFiles('data.tar', (path) => COPYRIGHT.test(path));
  const licenses = [...(data?.values() ?? [])].flatMap((each) =>
    parseCopyrightLicenses(decodeText(each)),
  );
  return {
    archive: {
      record,
      files: listOwnFiles(control, budget),
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

function expandMember(
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

function parseStanzas(
  text: Uint8Array,
  limits: Budget['limits'],
  problems: ProblemNote[],
): ReturnType<typeof parseDeb822>['stanzas'] {
  const parsed = parseDeb822(decodeText(text), limits);
  appendAll(problems, parsed.problems);
  return parsed.stanzas;
}

/** Returns the files that have a digest: all but links and directories. */
function listOwnFiles(
  control: ReadonlyMap<string, Uint8Array>,
  budget: Budget,
): readonly DpkgFile[] {
  const decodeControlFile = (path: string): string =>
    decodeText(control.get(path) ?? new Uint8Array(0));
  const configured = new Set(
    parseConffiles(decodeControlFile(CONTROL.configuration), budget).map(({ path }) => path),
  );
  return parseMd5sums(decodeControlFile(CONTROL.digests), budget).map((file) =>
    configured.has(file.path) ? { ...file, isConfigFile: true } : file,
  );
}

function decodeText(content: Uint8Array): string {
  return readText(toBytes(content));
}
