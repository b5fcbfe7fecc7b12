import { defined } from '../foundation/core/defined.ts';
import type { Format, FormatLoader, Report } from '../foundation/core/format.ts';
import { formatJson } from '../foundation/core/json-document.ts';
import type { Sink } from '../foundation/core/sink.ts';
import { verdictFormats } from '../report/format/verdict/registry.generated.ts';
import { formatLoaders } from '../report/output/format-loaders.ts';
import type { CheckReport } from './check-report.ts';
import type { Context } from './command.ts';
import { createReportFrame } from './report-run.ts';

/** One output of `plimsoll check`. */
export interface CheckFormat extends Pick<Format, 'id' | 'aliases' | 'carries' | 'versions'> {
  findRefusal?(report: CheckReport): string | undefined;
  /** Present if it writes several files into a directory. */
  writeFolder?(report: CheckReport, folder: string, context: Context): Promise<void>;
  readonly writesFolder?: true;
  write(report: CheckReport, sink: Sink, context: Context): void;
}

type Loader = FormatLoader<CheckFormat>;

/** Formats of findings that contain a verdict, too. */
const FINDING_FORMATS: ReadonlySet<string> = new Set([
  'github-annotations',
  'gitlab',
  'junit',
  'sarif',
]);

/** Every output of `plimsoll check`. The first one is the default. */
export const checkFormats: readonly Loader[] = [
  createLoader('text', async () => {
    const { writeVerdictText } = await import('./check-text.ts');
    return (report, sink, context) => writeVerdictText(report, sink, context);
  }),
  createLoader('facts', async () => {
    const { listAllFacts } = await import('../compliance/policy/list-all-facts.ts');
    return ({ input }, sink) => sink.write(`${formatJson(listAllFacts(input))}\n`);
  }),
  createLoader('ics', async () => {
    const { listDueDateGaps, listDueDates } = await import('../compliance/policy/due-dates.ts');
    const { writeCalendar } = await import('../compliance/policy/write-calendar.ts');
    return ({ input, policies, verdict }, sink) => {
      const gaps = listDueDateGaps(input, verdict);
      sink.write(writeCalendar(listDueDates(policies, input), input.now, gaps));
    };
  }),
  {
    id: 'cra-report',
    aliases: [],
    load: async () => {
      const { writeCraDrafts, writeCraReport } = await import('./cra-report.ts');
      return {
        id: 'cra-report',
        aliases: [],
        carries: ['findings'],
        writesFolder: true,
        write: writeCraDrafts,
        writeFolder: writeCraReport,
      };
    },
  },
  ...verdictFormats,
  ...formatLoaders.filter(({ id }) => FINDING_FORMATS.has(id)).map(createFindingLoader),
];

function createLoader(id: string, loadWriter: () => Promise<CheckFormat['write']>): Loader {
  const aliases: readonly string[] = [];
  return {
    id,
    aliases,
    load: async () => ({ id, aliases, carries: ['findings'], write: await loadWriter() }),
  };
}

function createFindingLoader({ id, aliases, load }: FormatLoader): Loader {
  return {
    id,
    aliases,
    load: async () => {
      const format = await load();
      return {
        id,
        aliases,
        carries: format.carries,
        write: (report, sink, context) => {
          const options = { isColoured: false, isParity: false };
          format.write(toFindingReport(report, context), sink, options);
        },
      };
    },
  };
}

function toFindingReport({ assessment, verdict }: CheckReport, context: Context): Report {
  const { gates = [] } = assessment.verdict ?? {};
  return {
    ...assessment,
    ...createReportFrame(context),
    ...defined({ timestamp: context.reportTimestamp }),
    verdict: { outcome: verdict.outcome, gates, policy: verdict },
  };
}
