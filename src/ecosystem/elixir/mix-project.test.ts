import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budget } from '../../core/budget.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
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

test('proves nothing if names are computed or the requirements of a directory are unknown', () => {
  for (const tuple of ['{name, "~> 1.0"}', '{:local, path: "../local"}', '{:a, "1", path: "a"}']) {
    assert.equal(read(`[{:ex_doc, "1", only: :dev}, ${tuple}]`), undefined, tuple);
  }
});

test('is read in time linear in its length', () => {
  for (const piece of ['{', '"""', '"', '{:a, ', "'", ':"', '{:a, "1", only: [']) {
    assert.deepEqual(read(piece.repeat(20_000))?.development, [], piece);
  }
});

test('proves nothing without steps left', () => {
  assert.equal(
    read('{:a, "1", only: :dev}', { ...DEFAULT_LIMITS, catalogerStepsMax: 9 }),
    undefined,
  );
});
