import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../../test/support/inventory.ts';
import { type PlanImage, planRemoval } from '../../../test/support/plan-image.ts';
import { recipeFormats } from './recipe/registry.generated.ts';
import type { ManagerState, Recipe, RecipeInput } from './recipe-contract.ts';

const ELF = { elf: { type: 3, dynamic: [] } } as const;

const IMAGE: PlanImage = {
  command: ['server'],
  files: {
    '/usr/bin/server': ELF,
    '/usr/bin/tool': ELF,
    '/usr/lib/libtool.so': ELF,
    '/usr/bin/init': ELF,
    '/usr/lib/libbase.so': ELF,
    '/etc/left': 'x',
    '/var/lib/dpkg/status': 'x',
    '/var/lib/dpkg/info/tool.list': 'x',
    "/srv/it's": 'x',
  },
  packages: {
    server: ['/usr/bin/server'],
    tool: ['/usr/bin/tool'],
    libtool: ['/usr/lib/libtool.so'],
    init: ['/usr/bin/init'],
    libbase: ['/usr/lib/libbase.so'],
    left: ['/etc/left'],
  },
  requires: { tool: ['libtool'], server: ['libbase'] },
};

const STATE: ManagerState = {
  protectedNames: new Set(['init']),
  automaticNames: new Set(['libtool']),
  repositories: ['https://example.org/main'],
};

function createRecipe(id: string, more: Partial<RecipeInput> = {}, type = 'deb') {
  const plan = planRemoval(IMAGE);
  const names = Object.keys(IMAGE.packages ?? {});
  const inventory = createInventory({
    packages: names.map((name) => ({ key: name, name, type })),
    relationships: Object.entries(IMAGE.requires ?? {}).flatMap(([to, needed]) =>
      needed.map((from) => ({ kind: 'dependency-of', from, to }) as const),
    ),
  });
  const files = [...plan.kept, ...plan.dropped].map((file) => ({
    ...file,
    mode: 0o644,
    uid: 0,
    gid: 0,
    mimeType: '',
  }));
  const recipe = recipeFormats
    .find((one) => one.id === id)
    ?.create({
      plan: { ...plan, packages: plan.packages.map((item) => ({ ...item, type })) },
      inventory: { ...inventory, files },
      state: STATE,
      process: {
        entrypoint: ['server'],
        arguments: ['--x'],
        environment: new Map([['A', 'say "$b"']]),
        secretNames: ['TOKEN'],
        workingFolder: '/srv',
        user: '65534',
        volumes: [],
        exposedPorts: ['80/tcp'],
        stopSignal: 'SIGQUIT',
        healthcheck: {
          test: ['CMD-SHELL', 'curl "$URL" || exit 1'],
          durations: new Map([
            ['interval', 30_000_000_000],
            ['timeout', 0],
          ]),
          retries: 3,
        },
        labels: new Map([
          ['org.example.title', 'a "server"'],
          ['org.example.login', 'https://***@example.org'],
        ]),
      },
      computeLoss: (paths, packages) => {
        return { files: paths.length, bytes: 0, packages, surface: [] };
      },
      slices: [],
      ...more,
    });
  assert.ok(recipe !== undefined);
  return recipe;
}

function createText(...input: Parameters<typeof createRecipe>): string {
  const recipe = createRecipe(...input);
  assert.ok('text' in recipe, JSON.stringify(recipe));
  return recipe.text;
}

suite('the recipe apt', () => {
  test('purges what nothing that stays needs, packages for others first', () => {
    const text = createText('apt');
    assert.match(text, /^apt-get purge -y libtool left tool$/m);
    assert.match(text, /Removes 3 packages, 4 files/);
    assert.match(text, /Essential or protected, so apt-get keeps them: init\./);
    assert.match(text, /a package that stays depends on them: libbase\./);
    assert.match(text, /Supplied but not needed: 4 files\.\n# {3}\/srv\/it's\n/);
  });

  test('allows the removal of apt only if apt itself goes', () => {
    const named = planRemoval({ ...IMAGE, packages: { ...IMAGE.packages, apt: ['/etc/left'] } });
    const text = createText('apt', { plan: named });
    assert.match(text, /^apt-get purge -y --allow-remove-essential libtool apt/m);
  });

  test('quotes names of packages, which come from the image', () => {
    const packages = { ...IMAGE.packages, '$(touch /x)': ['/etc/left'] };
    const text = createText('apt', { plan: planRemoval({ ...IMAGE, packages }) });
    assert.match(text, /^apt-get purge -y libtool '\$\(touch \/x\)' /m);
  });

  test('is refused for an image without packages of dpkg', () => {
    assert.ok('refusal' in createRecipe('apt', {}, 'rpm'));
  });
});

suite('the recipe apk', () => {
  const state: ManagerState = { ...STATE, world: ['tool', 'init>1', 'server@edge', 'gone'] };

  test('deletes names of the world, and adds what would go with them', () => {
    const text = createText('apk', { state }, 'apk');
    assert.match(text, /^apk del --no-network --purge tool init$/m);
    assert.match(text, /Also removed, because nothing needs them: left libtool$/m);
    assert.match(text, /depends on them: libbase\./);
    const other = createText('apk', { state: { ...STATE, world: ['tool'] } }, 'apk');
    assert.match(other, /^apk add --no-network --no-scripts server$/m);
  });

  test('is refused without a world', () => {
    assert.ok('refusal' in createRecipe('apk', {}, 'apk'));
  });
});

suite('the recipe dockerfile', () => {
  test('lists the kept files and repeats the configuration', () => {
    const text = createText('dockerfile');
    assert.match(
      text,
      /^COPY <<"PLIMSOLL_FILES" \/plimsoll-files\n(?:.*\n)*usr\/bin\/server\nPLIMSOLL_FILES$/m,
    );
    assert.doesNotMatch(text, /usr\/bin\/tool/);
    assert.match(text, /^ENV A="say \\"\\\$b\\""$/m);
    assert.match(text, /^# Set the variable TOKEN yourself/m);
    assert.match(
      text,
      /^USER 65534\nSTOPSIGNAL SIGQUIT\nHEALTHCHECK .*\nENTRYPOINT \["server"\]$/m,
    );
    assert.match(
      text,
      /^HEALTHCHECK --interval=30000ms --retries=3 CMD \["\/bin\/sh","-c","curl \\"\$URL\\" \|\| exit 1"\]$/m,
    );
    assert.match(text, /^CMD \["--x"\]$/m);
    assert.match(text, /^LABEL "org\.example\.title"="a \\"server\\""$/m);
    assert.match(text, /^# Complete LABEL org\.example\.login yourself: it may contain a secret/m);
    assert.match(text, /^EXPOSE 80\/tcp$/m);
    assert.match(text, /Needed but not supplied: nothing\./);
  });

  test('is refused for a name that a list of lines cannot hold', () => {
    const plan = planRemoval({
      ...IMAGE,
      files: { ...IMAGE.files, '/etc/a\nRUN evil': 'x' },
      request: { keep: ['/etc/a\nRUN evil'] },
    });
    assert.ok('refusal' in createRecipe('dockerfile', { plan }));
  });
});

suite('the recipe apko', () => {
  test('lists kept packages with versions, and states what they do not supply', () => {
    const text = createText('apko', {}, 'apk');
    assert.match(text, /^ {2}packages:\n {4}- "server=1\.0"$/m);
    assert.match(text, /^ {2}run-as: "65534"$/m);
    assert.match(text, /^ {4}- "https:\/\/example\.org\/main"$/m);
  });
});

suite('the recipe chisel', () => {
  const slices = [
    {
      name: 'server_bins',
      essential: ['base_libs'],
      contents: ['/usr/bin/server', '/usr/bin/tool'],
    },
    { name: 'server_min', essential: [], contents: ['/usr/bin/s?rv*'] },
    { name: 'base_libs', essential: ['server_bins'], contents: ['/usr/**/*.so'] },
  ];

  test('covers the kept files with the slices of least surplus', () => {
    const recipe = createRecipe('chisel', { slices }) as Recipe;
    assert.match(recipe.text, /^chisel cut --root rootfs server_min$/m);
    assert.deepEqual(recipe.coverage.missing, []);
    assert.deepEqual(recipe.coverage.surplus, []);
  });

  test('includes the surplus of slices that come with one, also in a circle', () => {
    const recipe = createRecipe('chisel', {
      slices: [slices[0], slices[2]].flatMap((one) => one ?? []),
    }) as Recipe;
    assert.deepEqual(recipe.coverage.surplus, [
      '/usr/bin/tool',
      '/usr/lib/libbase.so',
      '/usr/lib/libtool.so',
    ]);
  });

  test('is refused without slices', () => {
    assert.ok('refusal' in createRecipe('chisel'));
  });
});
