import { createEcosystemMatcher } from '../ecosystem-matcher.ts';

/** Packages of Elixir and Erlang, by name. */
export const hex = createEcosystemMatcher({
  id: 'hex',
  title: 'Hex packages',
  spec: 'https://hex.pm/docs/publish',
  types: ['hex', 'erlang-otp'],
  scheme: 'hex',
});
