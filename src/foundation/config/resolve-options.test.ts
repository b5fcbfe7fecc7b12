import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../core/error.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import type { OptionSpec } from './option-spec.ts';
import { OPTION_LIST, OPTIONS, type OptionName } from './option-table.ts';
import { resolveOptions } from './resolve-options.ts';
import { listShapingOptions } from './shaping-options.ts';

type Flags = Partial<Record<OptionName, readonly string[]>>;

function resolve(
  given: {
    flags?: Flags;
    environment?: Record<string, string>;
    content?: unknown;
    project?: unknown;
  } = {},
) {
  return resolveOptions({
    flags: new Map(Object.entries(given.flags ?? {}) as [OptionName, readonly string[]][]),
    environment: given.environment ?? {},
    files: [
      ...('project' in given
        ? [{ path: '.plimsoll.yaml', content: given.project, origin: 'project' as const }]
        : []),
      ...('content' in given
        ? [{ path: 'own.yaml', content: given.content, origin: 'file' as const }]
        : []),
    ],
  });
}

function expectRefusal(given: Parameters<typeof resolve>[0]): UserError {
  try {
    resolve(given);
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error;
  }
  assert.fail('the options were not refused');
}

test('accepts the variables that contain secrets, although they are not options', () => {
  for (const name of [
    'PLIMSOLL_NOTIFY_SECRET',
    'PLIMSOLL_NOTIFY_URL',
    'PLIMSOLL_OIDC_SECRET',
    'PLIMSOLL_SMTP_PASSWORD',
    'PLIMSOLL_TOKEN',
  ]) {
    const { values } = resolve({ environment: { [name]: 'correct-horse' } });
    assert.doesNotMatch(JSON.stringify(values), /correct-horse/);
  }
});

test('no two options share a letter, a variable, a key, or a flag of one command', () => {
  const spellings = [
    OPTION_LIST.flatMap(({ spec }) => spec.commands.map((command) => `${command} ${spec.flag}`)),
    OPTION_LIST.flatMap(({ spec }) => spec.short ?? []),
    OPTION_LIST.flatMap(({ spec }) => spec.environment ?? []),
    OPTION_LIST.flatMap(({ spec }) => spec.configKey ?? []),
  ];
  for (const list of spellings) {
    assert.deepEqual(
      list.filter((word, index) => list.indexOf(word) !== index),
      [],
    );
  }
});

for (const { name, spec } of OPTION_LIST) {
  test(`the option ${name} is described and spelled like all others`, () => {
    assert.match(spec.flag, /^[a-z]+(-[a-z]+)*$/);
    assert.match(spec.short ?? 'x', /^[a-z]$/);
    assert.match(spec.environment ?? 'PLIMSOLL_X', /^PLIMSOLL_[A-Z]+(_[A-Z]+)*$/);
    assert.ok(spec.description.length > 10 && !spec.description.endsWith('.'));
    assert.ok(spec.commands.length > 0);
    const spelling =
      spec.short === undefined ? `--${spec.flag}` : `(--${spec.flag}|-${spec.short})`;
    assert.match(spec.example, new RegExp(`^plimsoll .*${spelling}( |$)|^plimsoll ${spelling}`));
  });
}

test('a flag takes precedence over a variable, a variable over the file, and the file over the default', () => {
  const content = { color: 'never', name: 'file', quiet: true };
  const environment = { PLIMSOLL_COLOR: 'always', PLIMSOLL_NAME: 'variable' };
  const { values, origins } = resolve({ flags: { color: ['auto'] }, environment, content });
  assert.equal(values.color, 'auto');
  assert.equal(values.name, 'variable');
  assert.equal(values.quiet, true);
  assert.equal(values.platform, undefined);
  assert.deepEqual(
    [origins.color, origins.name, origins.quiet, origins.platform],
    ['flag', 'environment', 'file', 'default'],
  );
});

test('the result is frozen, including its lists', () => {
  const { values } = resolve({ flags: { output: ['json', 'table=x'] } });
  assert.deepEqual(values.output, ['json', 'table=x']);
  assert.ok(Object.isFrozen(values) && Object.isFrozen(values.output));
  assert.ok(Object.isFrozen(values.limits));
});

test('merges limits of all origins individually', () => {
  const { values } = resolve({
    flags: { limits: ['layersMax=7', 'pathBytesMax=1KiB'] },
    environment: { PLIMSOLL_LIMITS: 'layersMax=8, cpesMax=9' },
    content: { limits: { cpesMax: 10, recordsMax: '1_000', layerBytesMax: '2 GiB' } },
  });
  assert.deepEqual(values.limits, {
    ...DEFAULT_LIMITS,
    layersMax: 7,
    pathBytesMax: 1024,
    cpesMax: 9,
    recordsMax: 1000,
    layerBytesMax: 2 * 1024 ** 3,
  });
});

test('reports contain the shaping options that were set, and only changed limits', () => {
  const shaping = listShapingOptions(
    resolve({ flags: { parity: ['true'], limits: ['cpesMax=9'], quiet: ['true'], db: ['x'] } }),
  );
  assert.deepEqual(shaping, { parity: true, limits: { cpesMax: 9 } });
});

test('lists in a variable are separated by commas, and an empty variable is unset', () => {
  const environment = { PLIMSOLL_OUTPUT: 'table, json=a.json', PLIMSOLL_COLOR: '' };
  const { values, origins } = resolve({ environment });
  assert.deepEqual(values.output, ['table', 'json=a.json']);
  assert.equal(origins.color, 'default');
});

test('rejects an unknown key of the file and suggests the nearest one', () => {
  const error = expectRefusal({ content: { colour: 'never' } });
  assert.equal(error.code, 'E_CONFIG');
  assert.match(error.message, /own\.yaml: unknown key "colour"/);
  assert.equal(error.hint, 'did you mean "color"?');
});

test('rejects an unknown variable, except those that Kubernetes sets', () => {
  const error = expectRefusal({ environment: { PLIMSOLL_PLATFROM: 'linux' } });
  assert.equal(error.code, 'E_CONFIG');
  assert.equal(error.hint, 'did you mean "PLIMSOLL_PLATFORM"?');
  const set = { PLIMSOLL_SERVICE_HOST: '10.0.0.1', PLIMSOLL_PORT: 'tcp://10.0.0.1:80' };
  assert.equal(resolve({ environment: set }).origins.platform, 'default');
});

const REFUSED: readonly [string, Parameters<typeof resolve>[0], RegExp][] = [
  [
    'a flag outside its choices',
    { flags: { color: ['blue'] } },
    /invalid value "blue" for --color/,
  ],
  ['a scope outside its choices', { flags: { scope: ['all'] } }, /invalid value "all" for --scope/],
  ['an unknown limit', { flags: { limits: ['layerMax=1'] } }, /unknown limit "layerMax"/],
  [
    'a limit of zero',
    { flags: { limits: ['layersMax=0'] } },
    /invalid value 0 for --limit layersMax/,
  ],
  ['a limit without a value', { flags: { limits: ['layersMax'] } }, /NAME=VALUE|"layersMax"/],
  ['a unit where nothing is measured', { flags: { limits: ['layersMax=1KiB'] } }, /"1KiB"/],
  ['a number that is not exact', { flags: { limits: ['cpesMax=99999999999999999'] } }, /cpesMax/],
  ['a name from the prototype', { flags: { limits: ['toString=1'] } }, /unknown limit "toString"/],
  ['an empty text', { flags: { name: [''] } }, /invalid value "" for --name/],
  [
    'a variable that is not a truth value',
    { environment: { PLIMSOLL_QUIET: 'x' } },
    /PLIMSOLL_QUIET/,
  ],
  [
    'a text as truth value in the file',
    { content: { quiet: 'yes' } },
    /invalid value "yes" for own.yaml: quiet/,
  ],
  ['a number as text in the file', { content: { name: 3 } }, /invalid value 3 for own.yaml: name/],
  ['limits that are not a map', { content: { limits: ['layersMax=1'] } }, /limits/],
  ['a file that is a list', { content: ['quiet'] }, /expected a list of keys with values/],
];

for (const [what, given, message] of REFUSED) {
  test(`rejects ${what} with its origin and value`, () => {
    const error = expectRefusal(given);
    assert.match(error.message, message);
    assert.equal(error.code, given?.flags === undefined ? 'E_CONFIG' : 'E_USAGE');
    assert.notEqual(error.hint ?? error.message, '');
  });
}

test("the user's own file takes precedence over the one in the working directory", () => {
  const { values, origins } = resolve({
    content: { 'fail-on': 'low', color: 'never' },
    project: { 'fail-on': 'critical', name: 'x', limits: {} },
  });
  assert.equal(values.failOn, 'low');
  assert.equal(values.name, 'x');
  assert.deepEqual([origins.failOn, origins.name], ['file', 'project']);
});

/** Returns a value that is not the default, in the form of a configuration file. */
function chooseOtherValue(spec: OptionSpec): unknown {
  switch (spec.kind) {
    case 'boolean':
      return !spec.default;
    case 'choice':
      return spec.choices.find((choice) => choice !== spec.default);
    case 'number':
    case 'bytes':
      return spec.default + 1;
    case 'limits':
      return { layersMax: 1_000_000 };
    default:
      return 'x';
  }
}

for (const { name, spec } of OPTION_LIST) {
  const { configKey, fromProject } = spec;
  test(`a found file may set ${name} as the table declares`, () => {
    if (configKey === undefined) {
      assert.equal(fromProject, 'refused');
      return;
    }
    const project = { [configKey]: chooseOtherValue(spec) };
    assert.equal(resolve({ content: project }).origins[name], 'file');
    if (fromProject === 'refused') {
      const error = expectRefusal({ project });
      assert.equal(error.code, 'E_CONFIG');
      assert.match(error.message, new RegExp(`^\\.plimsoll\\.yaml: "${configKey}" is not allowed`));
      assert.match(error.hint ?? '', /--config \.plimsoll\.yaml/);
    } else {
      const { origins, narrowedBy } = resolve({ project });
      assert.equal(origins[name], 'project');
      assert.deepEqual(narrowedBy, fromProject === 'incomplete' ? [name] : []);
      assert.deepEqual(resolve({ content: project }).narrowedBy, []);
    }
  });
}

test('every option that writes files, hides the run, or chooses what is trusted needs a named file', () => {
  for (const name of [
    'template',
    'db',
    'dbUrl',
    'earlierDb',
    'registryMirror',
    'insecureSkipTlsVerify',
    'insecureUseHttp',
    'caFile',
    'vexKey',
    'cacheDir',
    'quiet',
    'limits',
    'from',
  ] as const) {
    assert.equal(OPTIONS[name].fromProject, 'refused', name);
  }
});

test('a found file may choose formats, but write no file', () => {
  const project = { output: ['table', 'json@1'] };
  assert.deepEqual(resolve({ project }).values.output, project.output);
  assert.match(
    expectRefusal({ project: { output: ['table', 'json=/home/me/.bashrc'] } }).message,
    /"output" may not write a file \("json=\/home\/me\/\.bashrc"\)/,
  );
});

test('defaults change nothing, so that any file may contain them', () => {
  const project = Object.fromEntries(
    OPTION_LIST.flatMap(({ name, spec }) =>
      spec.configKey === undefined || spec.kind === 'text'
        ? []
        : [[spec.configKey, spec.kind === 'limits' ? {} : resolve().values[name]]],
    ),
  );
  const { values, narrowedBy } = resolve({ project });
  assert.deepEqual(values, resolve().values);
  assert.deepEqual(narrowedBy, []);
});

test('an empty file sets nothing', () => {
  assert.deepEqual(resolve({ content: null }).values, resolve().values);
});
