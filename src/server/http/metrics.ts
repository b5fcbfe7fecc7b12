import type { Kysely } from 'kysely';
import { VERSION } from '../../foundation/core/package-version.ts';
import type { AdvisoryTimes } from '../engine/advisory-age.ts';
import type { RegistryWatchView } from '../registry/registry-watch.ts';
import { listRegistryWatches } from '../registry/watch-store.ts';
import type { Tables } from '../store/tables.ts';
import type { RequestRecord } from './request-record.ts';

/** Seconds; the last bucket has no limit. */
const BUCKETS: readonly number[] = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10];

interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  /** Added to the name of the metric. */
  readonly suffix?: string;
  readonly value: number;
}

export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Counts what a server does for one tenant. */
export class Metrics {
  readonly #requests = new Map<string, { labels: Record<string, string>; count: number }>();
  readonly #buckets = BUCKETS.map(() => 0);
  #count = 0;
  #seconds = 0;
  #updates = 0;
  #updateSeconds = 0;

  addRequest({ method, route, status, milliseconds }: RequestRecord): void {
    const labels = { method, route, status: String(status) };
    const key = Object.values(labels).join(' ');
    const known = this.#requests.get(key) ?? { labels, count: 0 };
    known.count += 1;
    this.#requests.set(key, known);
    const seconds = milliseconds / 1_000;
    this.#count += 1;
    this.#seconds += seconds;
    BUCKETS.forEach((limit, place) => {
      if (seconds <= limit) {
        this.#buckets[place] = (this.#buckets[place] ?? 0) + 1;
      }
    });
  }

  /** Adds an update of the advisory database. */
  addUpdate(milliseconds: number): void {
    this.#updates += 1;
    this.#updateSeconds += milliseconds / 1_000;
  }

  /** Lists all metrics; those of advisories only with their times. */
  async listMetrics(
    db: Kysely<Tables>,
    times: AdvisoryTimes = new Map(),
    now: number,
  ): Promise<readonly Metric[]> {
    return [...this.#listOwn(), ...(await listStored(db, now)), ...listAges(times, now)];
  }

  #listOwn(): readonly Metric[] {
    const requests = [...this.#requests.values()];
    const buckets = BUCKETS.map((limit, place) => ({
      suffix: '_bucket',
      labels: { le: String(limit) },
      value: this.#buckets[place] ?? 0,
    }));
    return [
      {
        name: 'http_requests_total',
        type: 'counter',
        help: 'Requests by route and status.',
        samples: requests.map(({ labels, count }) => ({ labels, value: count })),
      },
      {
        name: 'http_request_seconds',
        type: 'histogram',
        help: 'Time until a request was answered.',
        samples: [
          ...buckets,
          { suffix: '_bucket', labels: { le: '+Inf' }, value: this.#count },
          { suffix: '_sum', value: this.#seconds },
          { suffix: '_count', value: this.#count },
        ],
      },
      createCounter('updates_total', 'Updates of the advisory database.', this.#updates),
      createCounter('update_seconds_total', 'Time spent on updates.', this.#updateSeconds),
    ];
  }
}

/** The metrics of a tenant; its name is absent if the server has only one. */
export interface TenantMetrics {
  readonly tenant?: string;
  readonly metrics: readonly Metric[];
}

/** Writes metrics in the text format of Prometheus, with a label for the tenant. */
export function writeMetrics(all: readonly TenantMetrics[]): string {
  const build = {
    ...createGauge('build_info', 'Version of the program.', 1),
    samples: [{ labels: { version: VERSION }, value: 1 }],
  };
  const merged = new Map<string, Metric>([[build.name, build]]);
  for (const { tenant, metrics } of all) {
    const own = tenant === undefined ? {} : { tenant };
    for (const metric of metrics) {
      const before = merged.get(metric.name)?.samples ?? [];
      const samples = metric.samples.map((one) => ({ ...one, labels: { ...own, ...one.labels } }));
      merged.set(metric.name, { ...metric, samples: [...before, ...samples] });
    }
  }
  return [...merged.values()].map(writeMetric).join('');
}

function createGauge(name: string, help: string, value: number): Metric {
  return { name, type: 'gauge', help, samples: [{ value }] };
}

function createCounter(name: string, help: string, value: number): Metric {
  return { name, type: 'counter', help, samples: [{ value }] };
}

function toAge(time: number | null | undefined, now: number): number {
  return time === null || time === undefined ? 0 : Math.max(0, now - time) / 1_000;
}

async function listStored(db: Kysely<Tables>, now: number): Promise<readonly Metric[]> {
  const revision = await db
    .selectFrom('revision')
    .select(({ fn }) => fn.max('id').as('id'))
    .executeTakeFirst();
  const verdicts = await db
    .selectFrom('verdict')
    .select(({ fn }) => ['outcome', fn.countAll<number>().as('count')])
    .where('current', '=', 1)
    .groupBy('outcome')
    .execute();
  return [
    createGauge('revision', 'Last revision of the store.', revision?.id ?? 0),
    {
      name: 'verdicts',
      type: 'gauge',
      help: 'Current verdicts by outcome.',
      samples: verdicts.map(({ outcome, count }) => ({ labels: { outcome }, value: count })),
    },
    ...(await listQueue(db, 'job', now)),
    ...(await listQueue(db, 'delivery', now)),
    ...(await listWatches(db, now)),
  ];
}

function listAges(times: AdvisoryTimes, now: number): readonly Metric[] {
  const samples = [...times].map(([feed, time]) => {
    return { labels: { feed }, value: toAge(Date.parse(time), now) };
  });
  const database = samples.find(({ labels }) => labels.feed === '');
  return database === undefined
    ? []
    : [
        createGauge('advisories_age_seconds', 'Age of the advisory database.', database.value),
        {
          name: 'feed_age_seconds',
          type: 'gauge',
          help: 'Age of the data of each source of advisories.',
          samples: samples.filter((one) => one !== database),
        },
      ];
}

/** The state of each registry that is watched. */
async function listWatches(db: Kysely<Tables>, now: number): Promise<readonly Metric[]> {
  const watches = await listRegistryWatches(db);
  const create = (
    name: string,
    type: Metric['type'],
    { help, read }: { readonly help: string; readonly read: (one: RegistryWatchView) => number },
  ): Metric => {
    const samples = watches.map((one) => ({ labels: { watch: one.name }, value: read(one) }));
    return { name, type, help, samples };
  };
  return [
    create('registry_tags', 'gauge', {
      help: 'Tags of watched registries.',
      read: ({ counts }) => counts.tags,
    }),
    create('registry_failed_tags', 'gauge', {
      help: 'Tags whose image, or documents attached to it, could not be read.',
      read: ({ counts }) => counts.failed,
    }),
    create('registry_drift_total', 'counter', {
      help: 'Differences that a check found, and no event had reported.',
      read: ({ drift }) => drift,
    }),
    create('registry_age_seconds', 'gauge', {
      help: 'Time since the last check without an error, or since the watch was added.',
      read: ({ succeeded, created }) => toAge(Date.parse(succeeded ?? created), now),
    }),
  ];
}

/** The numbers of rows by state, and the age of the oldest one that waits. */
async function listQueue(
  db: Kysely<Tables>,
  table: 'delivery' | 'job',
  now: number,
): Promise<readonly Metric[]> {
  const title = table === 'job' ? 'Jobs' : 'Messages';
  const rows = await db
    .selectFrom(table as 'job')
    .select(({ fn }) => [
      'state',
      fn.countAll<number>().as('count'),
      fn.min('created').as('oldest'),
    ])
    .groupBy('state')
    .execute();
  const oldest = rows.find(({ state }) => state === 'queued')?.oldest;
  return [
    {
      name: `${table}_rows`,
      type: 'gauge',
      help: `${title} by state.`,
      samples: rows.map(({ state, count }) => ({ labels: { state }, value: count })),
    },
    createGauge(
      `${table}_oldest_seconds`,
      `Age of the oldest of the ${title.toLowerCase()} that wait.`,
      toAge(oldest, now),
    ),
  ];
}

function writeMetric({ name, type, help, samples }: Metric): string {
  const title = `plimsoll_${name}`;
  const lines = samples.map(({ labels = {}, suffix = '', value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
    return `${title}${suffix}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
  });
  return `# HELP ${title} ${help}\n# TYPE ${title} ${type}\n${lines.join('')}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
