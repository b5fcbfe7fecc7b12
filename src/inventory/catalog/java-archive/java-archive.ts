import { isZip } from '../../../foundation/bytes/zip/directory-end.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { ARCHIVE_EXTENSIONS, parseArchiveName } from '../../ecosystem/java/archive-name.ts';
import type { JavaArchiveFact } from './archive-fact.ts';
import { createFilePackages } from './archive-packages.ts';
import { identifyListed } from './listed-archive.ts';
import { readArchives, WRAPPER_ROLE } from './read-archive.ts';

/**
 * Java libraries and applications by their archives, including nested archives and Maven's records
 * of projects that were packed into others. Dependencies outside the archive, and code that was
 * packed in without a record, are not detected.
 */
export const javaArchive: Cataloger<JavaArchiveFact> = {
  id: 'java-archive',
  alias: 'java-archive-cataloger',
  version: 5,
  title: 'Java archives',
  spec: 'https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html',
  tags: ['directory', 'image', 'installed', 'java', 'language', 'maven', 'package'],
  can: { licenses: 'partly', dependencies: 'partly', ownedFiles: 'partly' },
  isOwnable: true,
  wants: [
    {
      role: 'archive',
      paths: ARCHIVE_EXTENSIONS.map((extension) => `**/*.${extension}`),
      ignoresCase: true,
      maxBytes: 'wholeFileBytesMax',
    },
    {
      role: WRAPPER_ROLE,
      paths: ['**/*.zip'],
      ignoresCase: true,
      maxBytes: 'wholeFileBytesMax',
    },
  ],
  extract,
  recognize: identifyListed,
  assemble({ view, facts, publishedArchives }) {
    const made = facts.flatMap((visible) => {
      const { layer, row } = visible.ref;
      const sha1 = view.layers[layer]?.files.getSha1(row);
      // Another name of the same file may identify the archive differently.
      return [visible.path, ...(visible.otherNames ?? [])].map((path) =>
        createFilePackages({ ...visible, path }, sha1, publishedArchives),
      );
    });
    return {
      packages: made.flatMap(({ packages }) => packages),
      dependencies: made.flatMap(({ dependencies }) => dependencies),
    };
  },
};

/** Extensions that only Java archives have; files with the others are often of another kind. */
const CERTAIN_EXTENSIONS: ReadonlySet<string> = new Set(['jar', 'war', 'ear', 'hpi', 'jpi']);

function extract(file: WantedFile): Extraction<JavaArchiveFact> {
  const { archives, problems } = readArchives(file);
  const [outermost, ...inner] = archives;
  if (outermost?.isWrapper === true && inner.length === 0) {
    return { problems };
  }
  if (archives.length > 0) {
    return { fact: { archives }, problems };
  }
  const { extension } = parseArchiveName(file.path);
  const isArchive = CERTAIN_EXTENSIONS.has(extension) || isZip(file.content);
  return isArchive && file.sizeBytes > 0
    ? { problems: [{ code: 'P_MALFORMED', message: 'the file is not a zip archive' }] }
    : {};
}
