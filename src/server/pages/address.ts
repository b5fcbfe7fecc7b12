import { assert } from '../../foundation/core/assert.ts';
import { CONTROL_STATUSES } from '../../foundation/core/control.ts';
import { SEVERITIES } from '../../foundation/core/finding.ts';
import { REACH_CHOICES } from '../query/reach-states.ts';

/** One parameter of an address. */
interface Parameter {
  /** Value that an address leaves out. */
  readonly preset: string;
  /** Accepted values: a list, or a form. */
  readonly accepts: readonly string[] | RegExp;
}

/** The values of all parameters of a page, and everything that its address had besides. */
export interface PageState {
  readonly values: ReadonlyMap<string, string>;
  /** Sentences without the full stop. */
  readonly notices: readonly string[];
}

/** An address must fit into the head of a request, each character with up to twelve bytes. */
const TEXT_CHARS_MAX = 1_000;
const TEXT = new RegExp(`^[^]{0,${TEXT_CHARS_MAX}}$`, 'u');
/** An ID of the store fits into 32 bits. */
const NUMBER = /^(?:0|[1-9][0-9]{0,8})?$/;
const TIME_TEXT = String.raw`\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?`;
const TIME = new RegExp(`^(?:${TIME_TEXT})?$`);
/** Severity, component and vulnerability of the last row. */
const FINDING_KEY = /^(?:(?:x-)?[0-9]-[0-9]{1,9}-[^]{0,1000})?$/u;

const text: Parameter = { preset: '', accepts: TEXT };
const number: Parameter = { preset: '', accepts: NUMBER };
/** A revision, a date or a time, whose state every page can show; empty for the present. */
const asof: Parameter = {
  preset: '',
  accepts: new RegExp(`^(?:|0|[1-9][0-9]{0,8}|${TIME_TEXT})$`),
};
/** SHA-256 of a document. */
const digest: Parameter = { preset: '', accepts: /^(?:[0-9a-f]{64})?$/ };
/** Empty for the policy of the store. */
const gate: Parameter = { preset: '', accepts: ['', ...SEVERITIES] };

/** A date or time of the past; empty for a preset one. */
const time: Parameter = { preset: '', accepts: TIME };
/** Time, image and place of the last row. */
const dueKey: Parameter = { preset: '', accepts: /^(?:-?\d{1,15}-\d{1,9}-\d{1,6})?$/ };

function choose(preset: string, ...others: readonly string[]): Parameter {
  return { preset, accepts: [preset, ...others] };
}

/** Whether entry points can load the package of the page; empty for all images. */
const reach: Parameter = choose('', ...REACH_CHOICES);

/**
 * Every page with its path and the parameters of its address, in their order. A name after a colon
 * is a part of the path.
 */
export const ADDRESSES = {
  overview: { path: '/', parameters: { gate, since: time } },
  due: {
    path: '/due',
    parameters: {
      within: choose('', 'overdue', '3', '14', 'later'),
      image: number,
      owner: text,
      unowned: choose('', 'yes'),
      after: dueKey,
    },
  },
  changes: {
    path: '/changes',
    parameters: {
      kind: choose(
        '',
        'data',
        'image',
        'decision',
        'statement',
        'policy',
        'time',
        'retirement',
        'placement',
      ),
      before: number,
      since: time,
    },
  },
  atom: { path: '/changes.atom', parameters: {} },
  cause: {
    path: '/changes/:id',
    parameters: {
      effect: text,
      project: text,
      owner: text,
      unowned: choose('', 'yes'),
      reach,
      after: number,
    },
  },
  images: {
    path: '/images',
    parameters: {
      verdict: choose('', 'fail', 'unknown', 'warn', 'pass'),
      gate,
      q: text,
      environment: text,
      problems: choose('', 'yes'),
      owner: text,
      unowned: choose('', 'yes'),
      covered: choose('', 'no'),
      worse: number,
      component: number,
      base: number,
      vulnerability: text,
      reach,
      sort: choose('severity', 'newest', 'name'),
      after: number,
    },
  },
  placements: { path: '/placements', parameters: { gate } },
  image: { path: '/images/:id', parameters: { gate, peer: number } },
  finding: {
    path: '/images/:id/finding',
    parameters: { vulnerability: text, package: text },
  },
  decide: {
    path: '/decide',
    parameters: { image: number, vulnerability: text, package: text, draft: number },
  },
  draft: { path: '/drafts/:id', parameters: {} },
  findings: {
    path: '/findings',
    parameters: {
      severity: choose('', ...SEVERITIES),
      least: choose('', ...SEVERITIES),
      fix: choose('', 'available', 'none'),
      exploited: choose('', 'yes'),
      package: text,
      base: number,
      after: { preset: '', accepts: FINDING_KEY },
    },
  },
  exposure: {
    path: '/exposure',
    parameters: {
      package: text,
      from: text,
      below: text,
      vulnerability: text,
      environment: text,
      reach,
    },
  },
  review: {
    path: '/review',
    parameters: { least: choose('high', ...SEVERITIES), document: digest, after: number },
  },
  compliance: { path: '/compliance', parameters: {} },
  control: {
    path: '/compliance/control',
    parameters: { key: text, status: choose('', ...CONTROL_STATUSES), after: number },
  },
  packet: { path: '/packet.zip', parameters: {} },
  timeline: { path: '/timeline', parameters: {} },
  settings: { path: '/settings', parameters: { days: number, keep: number } },
  health: { path: '/health', parameters: {} },
  watched: { path: '/watched', parameters: {} },
  compare: { path: '/compare', parameters: { a: number, b: number } },
  search: { path: '/search', parameters: { q: text } },
} as const satisfies Readonly<
  Record<
    string,
    { readonly path: string; readonly parameters: Readonly<Record<string, Parameter>> }
  >
>;

/** Parameters of every page, after its own. */
const COMMON: readonly (readonly [string, Parameter])[] = [['asof', asof]];

export type PageId = keyof typeof ADDRESSES;

/** Parameters of the address of a page. */
export function listParameters(id: PageId): readonly (readonly [string, Parameter])[] {
  return [...Object.entries(ADDRESSES[id].parameters), ...COMMON];
}

/** Returns the address of a page in its one form: parameters in order, without preset ones. */
export function formatAddress(
  id: PageId,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const used = new Set<string>();
  const take = (name: string): string | undefined => {
    used.add(name);
    const value = values[name];
    return value === undefined ? undefined : String(value);
  };
  const path = ADDRESSES[id].path.replaceAll(/:([a-z]+)/g, (_, name: string) => {
    const value = take(name);
    assert(value !== undefined, 'every part of a path has a value');
    return encodeURIComponent(value.toWellFormed());
  });
  const query = new URLSearchParams();
  for (const [name, { preset }] of listParameters(id)) {
    const value = take(name);
    if (value !== undefined && value !== preset) {
      query.set(name, value);
    }
  }
  assert(
    Object.keys(values).every((name) => used.has(name)),
    'a page has all parameters of its links',
  );
  const rest = query.toString();
  return rest === '' ? path : `${path}?${rest}`;
}

/** Returns whether values are accepted: others have no address, such as very long texts. */
export function hasAddress(id: PageId, values: Readonly<Record<string, string | number>>): boolean {
  const parameters = new Map(listParameters(id));
  return Object.entries(values).every(([name, value]) => {
    const parameter = parameters.get(name);
    return parameter === undefined || isAccepted(parameter, String(value));
  });
}

/** Reads the query of an address. Everything that is not understood becomes a notice. */
export function readPageState(id: PageId, query: URLSearchParams): PageState {
  const values = new Map<string, string>();
  const notices: string[] = [];
  const known = new Map(listParameters(id));
  for (const name of new Set(query.keys())) {
    const parameter = known.get(name);
    const [value = '', ...others] = query.getAll(name);
    if (parameter === undefined) {
      notices.push(`the address has the unknown parameter "${name}", which changes nothing`);
    } else if (!isAccepted(parameter, value)) {
      notices.push(`the address has an invalid value for "${name}", which changes nothing`);
    } else {
      values.set(name, value);
    }
    if (parameter !== undefined && others.length > 0) {
      notices.push(`the address has "${name}" more than once: the first one counts`);
    }
  }
  for (const [name, { preset }] of known) {
    values.set(name, values.get(name) ?? preset);
  }
  return { values, notices };
}

function isAccepted({ accepts }: Parameter, value: string): boolean {
  return accepts instanceof RegExp ? accepts.test(value) : accepts.includes(value);
}

/** A page, and the values of the parts of its path. */
export interface FoundPage {
  readonly id: PageId;
  readonly parts: Readonly<Record<string, string>>;
}

/** Finds the page of a path. */
export function findPage(path: string): FoundPage | undefined {
  const steps = path.split('/');
  for (const id of Object.keys(ADDRESSES) as PageId[]) {
    const wanted: readonly string[] = ADDRESSES[id].path.split('/');
    const parts: Record<string, string> = {};
    const isMatch =
      wanted.length === steps.length &&
      wanted.every((step, at) => {
        const given = steps[at] ?? '';
        if (!step.startsWith(':')) {
          return step === given;
        }
        const value = decodeStep(given);
        parts[step.slice(1)] = value ?? '';
        return value !== undefined && value !== '';
      });
    if (isMatch) {
      return { id, parts };
    }
  }
  return undefined;
}

function decodeStep(step: string): string | undefined {
  try {
    return decodeURIComponent(step);
  } catch {
    return undefined;
  }
}
