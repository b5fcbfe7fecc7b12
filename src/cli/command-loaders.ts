import type { CommandName } from '../foundation/config/command-names.data.ts';
import type { Command } from './command.ts';

/**
 * Loads the code of each command on demand, so that starting one command does not load the others.
 */
export const COMMAND_LOADERS: Readonly<Record<CommandName, () => Promise<Command>>> = {
  scan: async () => (await import('./command/scan.ts')).scan,
  sbom: async () => (await import('./command/sbom.ts')).sbom,
  why: async () => (await import('./command/why.ts')).why,
  'why-changed': async () => (await import('./command/why-changed.ts')).whyChanged,
  'why-not': async () => (await import('./command/why-not.ts')).whyNot,
  'why-needed': async () => (await import('./command/why-needed.ts')).whyNeeded,
  reach: async () => (await import('./command/reach.ts')).reach,
  vex: async () => (await import('./command/vex.ts')).vex,
  compare: async () => (await import('./command/compare.ts')).compare,
  check: async () => (await import('./command/check.ts')).check,
  justify: async () => (await import('./command/justify.ts')).justify,
  policy: async () => (await import('./command/policy.ts')).policy,
  harden: async () => (await import('./command/harden.ts')).harden,
  convert: async () => (await import('./command/convert.ts')).convert,
  grype: async () => (await import('./command/grype.ts')).grype,
  syft: async () => (await import('./command/syft.ts')).syft,
  cataloger: async () => (await import('./command/cataloger.ts')).cataloger,
  db: async () => (await import('./command/db.ts')).db,
  base: async () => (await import('./command/base.ts')).base,
  patch: async () => (await import('./command/patch.ts')).patch,
  attest: async () => (await import('./command/attest.ts')).attest,
  verify: async () => (await import('./command/verify.ts')).verify,
  admin: async () => (await import('./command/admin.ts')).admin,
  worker: async () => (await import('./command/worker.ts')).worker,
  serve: async () => (await import('./command/serve.ts')).serve,
  push: async () => (await import('./command/push.ts')).push,
  notify: async () => (await import('./command/notify.ts')).notify,
  cache: async () => (await import('./command/cache.ts')).cache,
  demo: async () => (await import('./command/demo.ts')).demo,
  config: async () => (await import('./command/config.ts')).config,
  completion: async () => (await import('./command/completion.ts')).completion,
  self: async () => (await import('./command/self.ts')).self,
  help: async () => (await import('./command/help.ts')).help,
  version: async () => (await import('./command/version.ts')).version,
};
