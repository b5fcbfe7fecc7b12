import { createAssessment } from '../../foundation/core/assessment.ts';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { FormatOptions, Report } from '../../foundation/core/format.ts';
import { suggestWord } from '../../foundation/core/option-suggestion.ts';
import type { Sink } from '../../foundation/core/sink.ts';
import { formats } from './formats.ts';

/** Input of a document; the tool and its options may be left out. */
export type ReportSeed = Pick<Report, 'inventory'> & Partial<Report>;

/**
 * Writes a document piece by piece. The same report produces the same bytes.
 *
 * @param name A format with or without a version, as on the command line: `cyclonedx-json@1.6`.
 * @throws UserError `E_FORMAT` if the format or version is unknown
 */
export function writeDocument(
  report: ReportSeed,
  name: string,
  sink: Sink,
  options: Partial<Omit<FormatOptions, 'version'>> = {},
): void {
  const [id = '', version] = name.split('@');
  const format = formats.find((each) => each.id === id || each.aliases.includes(id));
  if (format === undefined) {
    throw new UserError('E_FORMAT', `unknown format "${id}"`, {
      hint: suggestWord(
        id,
        formats.map((each) => each.id),
      ),
    });
  }
  if (version !== undefined && !(format.versions?.all.includes(version) ?? false)) {
    throw new UserError('E_FORMAT', `the format "${format.id}" has no version "${version}"`);
  }
  const whole: Report = {
    tool: { name: 'plimsoll', version: '' },
    configuration: {},
    ...report,
    ...createAssessment(report),
  };
  format.write(whole, sink, {
    isColoured: false,
    isParity: false,
    ...options,
    ...defined({ version }),
  });
}
