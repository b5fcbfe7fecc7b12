import type { CommandName } from '../foundation/config/command-names.data.ts';
import type { Command } from './command.ts';

/**
 * Loads the code of each command on demand, so that starting one command does not load the others.
 */
export const COMMAND_LOADERS: Readonly<Record<CommandName, () => Promise<Command>>> = {
  scan: async () => (await import('./command/scan.ts')).scan,
  sbom: async () => (await import('./command/sbom.ts')).sbom,
  why: async () => (await import('./command/why.ts')).why,
  'why verify': async () => (await import('./command/why/verify.ts')).verify,
  'justify vex': async () => (await import('./command/justify/vex.ts')).vex,
  compare: async () => (await import('./command/compare.ts')).compare,
  check: async () => (await import('./command/check.ts')).check,
  justify: async () => (await import('./command/justify.ts')).justify,
  'check policy': async () => (await import('./command/check/policy.ts')).policy,
  harden: async () => (await import('./command/harden.ts')).harden,
  grype: async () => (await import('./command/grype.ts')).grype,
  syft: async () => (await import('./command/syft.ts')).syft,
  cataloger: async () => (await import('./command/cataloger.ts')).cataloger,
  db: async () => (await import('./command/db.ts')).db,
  'harden base': async () => (await import('./command/harden/base.ts')).base,
  fix: async () => (await import('./command/fix.ts')).fix,
  attest: async () => (await import('./command/attest.ts')).attest,
  'attest verify': async () => (await import('./command/attest/verify.ts')).verify,
  'serve admin': async () => (await import('./command/serve/admin.ts')).admin,
  'serve worker': async () => (await import('./command/serve/worker.ts')).worker,
  serve: async () => (await import('./command/serve.ts')).serve,
  push: async () => (await import('./command/push.ts')).push,
  'serve notify': async () => (await import('./command/serve/notify.ts')).notify,
  cache: async () => (await import('./command/cache.ts')).cache,
  demo: async () => (await import('./command/demo.ts')).demo,
  config: async () => (await import('./command/config.ts')).config,
  completion: async () => (await import('./command/completion.ts')).completion,
  self: async () => (await import('./command/self.ts')).self,
  help: async () => (await import('./command/help.ts')).help,
  version: async () => (await import('./command/version.ts')).version,
};
