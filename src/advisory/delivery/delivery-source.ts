import path from 'node:path';
import { UserError } from '../../core/error.ts';
import { digestFile } from '../digest-file.ts';
import { type DatabaseIndex, type DeliveredFile, listFiles } from './database-index.ts';

/** The files of a publication: a directory, a web server, a registry or one signed file. */
export interface DeliverySource {
  /** Address or path for messages. */
  readonly place: string;
  /** Whether it has the deltas that the index lists. */
  readonly hasDeltas: boolean;
  /**
   * Returns the path of a verified file; what a download creates lies in the directory `folder`.
   *
   * @throws UserError `E_DIGEST_MISMATCH` if the content is not the listed one, `E_DB_UPDATE` if the
   *   file is missing, and errors of the network
   */
  fetchFile(file: RequestedFile, folder: string): Promise<string>;
}

export interface RequestedFile extends DeliveredFile {
  /** Path within the publication. */
  readonly path: string;
  /** Explains a file with another digest. */
  readonly explain: (digest: string) => string;
}

/** A publication in a directory on this machine. Its files are used without a copy. */
export function createDirectorySource(root: string): DeliverySource {
  return {
    place: root,
    hasDeltas: true,
    fetchFile: async (requested) => {
      const file = path.join(root, requested.path);
      let digest: string;
      try {
        digest = digestFile(file);
      } catch (cause) {
        throw new UserError('E_DB_UPDATE', `could not read "${file}", which the index lists`, {
          hint: 'copy the directory again, the file index.json last',
          cause,
        });
      }
      if (digest !== requested.digest) {
        throw createFileError(`"${file}"`, requested.explain(digest));
      }
      return file;
    },
  };
}

/** Returns the error for a file that is not the one in the index. */
export function createFileError(subject: string, explanation: string): UserError {
  return new UserError('E_DIGEST_MISMATCH', `${explanation}: ${subject}`, {
    hint: 'the database in use is unchanged; try again later, or use another --db-url',
  });
}

/**
 * Returns a function that explains a wrong digest: a file of the same publication was put in its
 * place, or one of another publication, or it was changed.
 */
export function createExplainer(index: DatabaseIndex): (digest: string) => string {
  const pathByDigest = new Map(listFiles(index).map((file) => [file.digest, file.path]));
  return (digest) => {
    const other = pathByDigest.get(digest);
    return other === undefined
      ? 'changed file: the content is damaged, or belongs to another index'
      : `swapped file: the content is that of ${other}`;
  };
}
