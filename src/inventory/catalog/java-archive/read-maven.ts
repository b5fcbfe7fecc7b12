import { posix } from 'node:path';
import type { ZipEntry } from '../../../foundation/bytes/zip/zip-directory.ts';
import type { Budget } from '../../../foundation/core/budget.ts';
import { type Bytes, readText, readWhole } from '../../../foundation/core/bytes.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { LimitName, Limits } from '../../../foundation/core/limits.ts';
import type { ProblemNote } from '../../../foundation/core/problem.ts';
import { type Pom, parsePom } from '../../ecosystem/java/pom.ts';
import { parsePomProperties } from '../../ecosystem/java/pom-properties.ts';
import { evaluatePom } from '../../ecosystem/java/pom-values.ts';
import type { MavenRecord, PomProject } from './archive-fact.ts';

interface MavenReading {
  readonly maven: readonly MavenRecord[];
  readonly problems: readonly ProblemNote[];
}

/** Reads the Maven records among the entries of an archive, one per directory. */
export function readMavenRecords(
  entries: readonly ZipEntry[],
  read: (entry: ZipEntry, maxBytes: LimitName) => Bytes | undefined,
  budget: Budget,
): MavenReading {
  const problems: ProblemNote[] = [];
  const byFolder = new Map<string, MavenRecord>();
  for (const entry of entries) {
    const content = read(entry, 'configFileBytesMax');
    const record = content && readMavenRecord(entry.name, content, budget);
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

function readMavenRecord(path: string, content: Bytes, budget: Budget): MavenRecord | undefined {
  const folder = posix.dirname(path);
  if (path.endsWith('.properties')) {
    const properties = parsePomProperties(readText(content), path);
    const isComplete = properties.artifactId !== '' && properties.version !== '';
    return isComplete ? { folder, properties } : { folder };
  }
  const pom = parsePom(readWhole(content), budget);
  return pom && { folder, project: toPomProject(pom, path, budget.limits), licenses: pom.licenses };
}

/** The parents of a POM in an archive are elsewhere, so only its own data is known. */
function toPomProject(pom: Pom, path: string, limits: Limits): PomProject {
  const values = evaluatePom([pom], limits);
  const getField = (name: string): string => values.evaluateText(pom.fields[name] ?? '');
  const description = onOneLine(getField('description'));
  const url = getField('url');
  return {
    path,
    ...defined({ parent: values.parentId }),
    ...values.id,
    name: getField('name'),
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
