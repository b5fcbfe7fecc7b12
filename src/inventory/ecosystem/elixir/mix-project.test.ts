import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budget } from '../../../foundation/core/budget.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { type MixRequests, readMixProject } from './mix-project.ts';

const read = (text: string, limits = DEFAULT_LIMITS): MixRequests | undefined =>
  readMixProject(text, new Budget(limits));

test('lists the packages that environments other than production request', () => {
  const text = `defmodule Demo.MixProject do
  use Mix.Project
  @doc """
  {:quoted, "1"}, only: :dev
  """
  def project, do: [app: :demo, version: "0.1.0", deps: deps(), x: {Demo, []}]
  defp deps do
    [
      {:phoenix, "~> 1.7"}, # {:comment, "1", only: :dev}
      {:ex_doc, "~> 0.30", only: :dev, runtime: false},
      {:credo, "~> 1.7", only: [:dev, :test], runtime: false},
      {:floki, ">= 0.30.0", [only: :test]},
      {:both, "~> 1.0", only: [:prod, :test]},
      {:computed, "~> 1.0", only: envs()},
      {:called, "~> 1.0", only: :dev |> pick()},
      {:list, "~> 1.0", only: [:dev] ++ more()},
      {:icons, github: "x/icons", tag: "v2", only: :dev},
      {:twice, "~> 1.0", only: :test},
      {:twice, "~> 1.0", only: :prod}
    ]
  end
end`;
  const { development, production } = read(text) ?? assert.fail('is understood');
  assert.deepEqual(development, ['ex_doc', 'credo', 'floki', 'icons']);
  assert.equal(read('[apps_path: "apps"]')?.appsFolder, 'apps');
  assert.deepEqual(production, ['phoenix', 'both', 'computed', 'called', 'list', 'twice']);
});

/** Creates a project whose list of packages is the value of `deps:`. */
const project = (deps: string, rest = ''): string =>
  `defmodule Demo.MixProject do\n  def project, do: [app: :demo, deps: ${deps}]\n${rest}\nend\n`;
const DEV = '{:ex_doc, "1", only: :dev}';

test('counts every package for production that is not proven to be for development', () => {
  for (const element of [
    '{:jason, @v}',
    '{:jason, version()}',
    '{:jason, ~s(~> 1.0)}',
    '{:jason, [only: :prod]}',
    '{:jason, [git: "https://example.org/jason.git"]}',
    '{:jason, ~r/[}]"/, [only: [:dev, :prod]]}',
    '{:jason, "1", system_env: [{"A", "b"}]}',
    '{:jason, "1", system_env: [{:only, "b"}], only: envs()}',
    '{:jason, "#{f("} ]")}", only: :"dev"}',
    '{:jason, "1", opts: [only: :dev]}',
    '{:jason, "1", [only: :dev] ++ [only: :prod, a: 1]}',
    '{:jason, "1", [a: 1] -- [b: 1, only: :dev, c: 1]}',
    '{:jason, "1", only: :dev, only: :prod}',
    '{:jason, "1", only: ~w(dev prod)a}',
    '{:"jason", "1"}',
    'jason: "~> 1.0"',
    'jason: [git: "https://example.org", only: :prod]',
  ]) {
    for (const text of [
      project(`[${DEV}, ${element}]`),
      project(
        `[${element}] ++ deps(Mix.env())`,
        `  defp deps(:x), do: []\n  defp deps(_) do [${DEV},] end`,
      ),
      project('@all', `  @all [${DEV}, ${element}]\n  @doc "}"`),
      project('deps()', `  defp deps do dev() ++ [${element}] end\n  def dev, do: [${DEV}]`),
    ]) {
      assert.deepEqual(read(text)?.production, ['jason'], text);
      assert.deepEqual(read(text)?.development, ['ex_doc'], text);
    }
  }
});

test('recognizes development in every way of writing a package', () => {
  for (const element of [
    '{:ex_doc, "1", [only: :dev]}',
    '{:ex_doc, [git: "x", only: [:dev, :test]]}',
    '{:ex_doc, @v, system_env: [{"A", "b"}], only: :dev}',
    'ex_doc: [version: "1", only: :dev]',
  ]) {
    assert.deepEqual(read(project(`[${element}]`))?.development, ['ex_doc'], element);
  }
});

test('proves nothing if the list of packages is computed', () => {
  for (const deps of [
    `[${DEV}, dep(:jason)]`,
    `[${DEV}, {name, "~> 1.0"}]`,
    `[${DEV}, {:"#{name}", "~> 1.0"}]`,
    `[${DEV}] ++ Demo.deps()`,
    `[${DEV}] ++ missing()`,
    `[${DEV} | rest()]`,
    `Enum.map([${DEV}], & &1)`,
    `[${DEV}] |> add()`,
    `if(true, do: [${DEV}])`,
    `for(n <- [:jason], do: {n, "1"}) ++ [${DEV}]`,
    `[${DEV}], deps: []`,
    `[${DEV}`,
  ]) {
    assert.equal(read(project(deps)), undefined, deps);
  }
  for (const body of [
    `do\n x = [${DEV}]\n x ++ more()\n end`,
    `do\n if Mix.env() == :prod do [] else [${DEV}] end\n end`,
    `do [${DEV}] |> Enum.concat([jason: "1"]) end`,
    `do: [${DEV}] ++ unquote(more)`,
  ]) {
    assert.equal(read(project('deps()', `defp deps ${body}`)), undefined, body);
  }
  assert.equal(read(project(`[${DEV}]`, 'def x(p), do: Keyword.put(p, :deps, [])')), undefined);
});

test('reports packages that a directory may request besides', () => {
  for (const tuple of ['{:local, path: "../local"}', '{:a, "1", [path: "a"]}', 'a: [path: "a"]']) {
    assert.equal(read(project(`[${DEV}, ${tuple}]`))?.isOpen, true, tuple);
  }
  assert.equal(read(project(`[${DEV}]`))?.isOpen, false);
  assert.equal(read('defmodule Demo do\n def project, do: Shared.project()\nend')?.isOpen, true);
});

test('is read in time linear in its length', () => {
  for (const piece of ['{', '"""', '"', '{:a, ', "'", ':"', '{:a, "1", only: [', '"#{', '~s(#{']) {
    assert.deepEqual(read(piece.repeat(20_000))?.development, [], piece);
    assert.equal(read(project(piece.repeat(20_000))), undefined, piece);
  }
  for (const piece of ['a() ++ ', '[] ++ ', '@a ++ ', '[[', '[{', '(']) {
    assert.equal(read(project(piece.repeat(20_000))), undefined, piece);
  }
  const chain = Array.from({ length: 5_000 }, (_, n) => `defp f${n}, do: f${n + 1}()\n`).join('');
  assert.deepEqual(read(project('f0()', `${chain}defp f5000, do: [${DEV}]`))?.development, [
    'ex_doc',
  ]);
});

test('proves nothing without steps left', () => {
  assert.equal(
    read('{:a, "1", only: :dev}', { ...DEFAULT_LIMITS, catalogerStepsMax: 9 }),
    undefined,
  );
});
