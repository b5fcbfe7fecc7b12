import type { FormatOptions } from '../../foundation/core/format.ts';
import type { Sink } from '../../foundation/core/sink.ts';
import { type ReportSeed, writeDocument as writeUndated } from '../output/document-text.ts';

export interface DocumentOptions extends Partial<Omit<FormatOptions, 'version'>> {
  /** Leaves out the current time, so that the same report produces the same bytes. */
  readonly isReproducible?: boolean;
}

/**
 * Writes a document piece by piece. It has the `timestamp` of the report, or the current time.
 *
 * @param name A format with or without a version, as on the command line: `cyclonedx-json@1.6`.
 * @throws UserError `E_FORMAT` if the format or version is unknown
 */
export function writeDocument(
  report: ReportSeed,
  name: string,
  sink: Sink,
  options: DocumentOptions = {},
): void {
  const { isReproducible = false, ...rest } = options;
  const isDated = report.timestamp !== undefined || isReproducible;
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  writeUndated(isDated ? report : { ...report, timestamp: now }, name, sink, rest);
}

/** Like {@link writeDocument}, as one string. */
export function documentText(
  report: ReportSeed,
  name: string,
  options: DocumentOptions = {},
): string {
  const pieces: string[] = [];
  writeDocument(report, name, { write: (piece) => void pieces.push(piece) }, options);
  return pieces.join('');
}
