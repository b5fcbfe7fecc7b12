import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { groupByModule } from './module-symbols.ts';

const MODULES = {
  main: 'example.org/tool',
  paths: [
    'example.org/tool',
    'example.org/tool/sub',
    'golang.org/x/net',
    'gopkg.in/yaml.v2',
    'vendor/example.org/odd',
  ],
};

suite('functions by module', () => {
  test('belong to the longest module path, without the path of their package', () => {
    const { modules, standardLibrary } = groupByModule(
      [
        'main.main',
        'main.(*app).run.func1',
        'example.org/tool/sub/x.F',
        'example.org/toolbox.F',
        'golang.org/x/net/html.(*Tokenizer).Next',
        'golang.org/x/net/html.Parse',
        'golang.org/x/net/html.Parse',
        'gopkg.in/yaml%2ev2.Unmarshal',
        'net/http.Get',
        'slices.Sort[net/url.Values]',
      ],
      MODULES,
    );
    assert.deepEqual(Object.fromEntries(modules), {
      'example.org/tool': [{ path: 'main', symbols: ['(*app).run.func1', 'main'] }],
      'example.org/tool/sub': [{ path: 'example.org/tool/sub/x', symbols: ['F'] }],
      'golang.org/x/net': [
        { path: 'golang.org/x/net/html', symbols: ['(*Tokenizer).Next', 'Parse'] },
      ],
      'gopkg.in/yaml.v2': [{ path: 'gopkg.in/yaml.v2', symbols: ['Unmarshal'] }],
    });
    assert.deepEqual(standardLibrary, [
      { path: 'net/http', symbols: ['Get'] },
      { path: 'slices', symbols: ['Sort[net/url.Values]'] },
    ]);
  });

  test('of modules in the standard library belong to no module, even if one is also linked', () => {
    const { modules, standardLibrary } = groupByModule(
      [
        'vendor/golang.org/x/net/http2.F',
        'vendor/example.org/odd/p.F',
        'vendor/golang.org/x/text.F',
      ],
      MODULES,
    );
    assert.deepEqual(Object.fromEntries(modules), {
      'vendor/example.org/odd': [{ path: 'vendor/example.org/odd/p', symbols: ['F'] }],
    });
    assert.deepEqual(standardLibrary, []);
  });

  test('that the compiler generated or that name no package are dropped', () => {
    const { modules, standardLibrary } = groupByModule(
      ['type:.eq.x', 'go:buildid', 'go.buildid', 'type..hash.x', '_rt0_amd64_linux', '', '.x', '/'],
      MODULES,
    );
    assert.equal(modules.size, 0);
    assert.deepEqual(standardLibrary, []);
  });

  test('with hostile names take time linear in their length', () => {
    const name = `${'a/'.repeat(500_000)}b.F`;
    const brackets = `${'['.repeat(500_000)}.F`;
    assert.equal(groupByModule([name, brackets, '__proto__.x'], MODULES).modules.size, 0);
  });
});
