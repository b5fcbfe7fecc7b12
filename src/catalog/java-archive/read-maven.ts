import { posix } from 'node:path';
import type { ZipEntry } from '../../bytes/zip/zip-directory.ts';
import type { Budget } from '../../core/budget.ts';
import { type Bytes, readText, readWhole } from '../../core/bytes.ts';
import { compareText } from '../../core/compare-text.ts';
import type { LimitName, Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { type Pom, parsePom } from '../../ecosystem/java/pom.ts';
import { parsePomProperties } from '../../ecosystem/java/pom-properties.ts';
import { pomValues } from '../../ecosystem/java/pom-values.ts';
import type { MavenRecord, PomProject } from './archive-fact.ts';

interface MavenReading {
  readonly maven: readonly MavenRecord[];
  readonly problems: readonly ProblemNote[];
}

/** Reads the records of Maven among the entries of an archive, one a folder. */
export function readMavenRecords(
  entries: readonly ZipEntry[],
  read: (entry: ZipEntry, maxBytes: LimitName) => Bytes | undefined,
  budget: Budget,
): MavenReading {
  const problems: ProblemNote[] = [];
  const byFolder = new Map<string, MavenRecord>();
  for (const entry of entries) {
    const content = read(entry, 'configFileBytesMax');
    const record = content && recordOf(entry.name, content, budget);
    if (record !== undefined) {
      const { folder } = record;
      byFolder.set(folder, { ...byFolder.get(folder), ...record });
    } else if (content !== undefined) {
      const message = `the entry ${entry.name} is not a valid POM`;
      problems.push({ code: 'P_MALFORMED', message });
    }
  }
  const maven = [...byFolder.values()].sort((left, right) =>
    compareText(left.folder, right.folder),
  );
  return { maven, problems };
}

function recordOf(path: string, content: Bytes, budget: Budget): MavenRecord | undefined {
  const folder = posix.dirname(path);
  if (path.endsWith('.properties')) {
    const properties = parsePomProperties(readText(content), path);
    const isComplete = properties.artifactId !== '' && properties.version !== '';
    return isComplete ? { folder, properties } : { folder };
  }
  const pom = parsePom(readWhole(content), budget);
  return pom && { folder, project: projectOf(pom, path, budget.limits), licenses: pom.licenses };
}

/** The parents of a POM in an archive are elsewhere, so that only what it says itself is known. */
function projectOf(pom: Pom, path: string, limits: Limits): PomProject {
  const values = pomValues([pom], limits);
  const valueOf = (name: string): string => values.valueOf(pom.fields[name] ?? '');
  const description = onOneLine(valueOf('description'));
  const url = valueOf('url');
  return {
    path,
    ...(values.parentId === undefined ? {} : { parent: values.parentId }),
    ...values.id,
    name: valueOf('name'),
    ...(description === '' ? {} : { description }),
    ...(url === '' ? {} : { url }),
  };
}

function onOneLine(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}
