import { createEcosystemMatcher } from '../ecosystem-matcher.ts';

/** Rust crates, by name. */
export const rust = createEcosystemMatcher({
  id: 'rust',
  title: 'Rust crates',
  spec: 'https://doc.rust-lang.org/cargo/reference/manifest.html#the-name-field',
  types: ['rust-crate'],
  scheme: 'cargo',
});
