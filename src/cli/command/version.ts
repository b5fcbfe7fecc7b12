import { EXIT_STATUS } from '../../foundation/core/error.ts';
import { VERSION } from '../../foundation/core/package-version.ts';
import type { Command } from '../command.ts';

/** Prints the versions of plimsoll and of its runtime. */
export const version: Command = {
  run: async (context) => {
    const platform = `${process.platform}/${process.arch}`;
    context.print(`plimsoll ${VERSION}\nnode     ${process.version}\nplatform ${platform}\n`);
    return EXIT_STATUS.fine;
  },
};
