/**
 * The mapping of a flag or a key of another tool. `same`: one of our options does it; `own`: the
 * translation itself does it; `ignored`: it has no visible effect; `unsupported`: an error.
 */
export type FlagHandling =
  | { readonly kind: 'same'; readonly ours: string }
  | {
      readonly kind: 'own';
      readonly why: string;
      /**
       * Whether a configuration file in the working directory may set it; if absent, it may not.
       */
      readonly fromProject?: 'allowed';
    }
  | { readonly kind: 'ignored' | 'unsupported'; readonly why: string };

export interface PeerFlag<Command extends string = string> {
  readonly flag: string;
  readonly short?: string;
  readonly takes: 'text' | 'list' | 'nothing';
  readonly commands: readonly Command[];
  readonly handling: FlagHandling;
}

/** A key of a configuration file; its variable starts with the tool's name in capitals. */
export interface PeerSetting {
  readonly key: string;
  readonly takes: 'text' | 'list' | 'boolean';
  readonly handling: FlagHandling;
}

/** The properties of another tool that are needed to support its command lines. */
export interface Peer<Command extends string = string> {
  /** Name of the program, e.g. `syft`. */
  readonly name: string;
  /** Name in the spelling of its authors. */
  readonly title: string;
  readonly commands: readonly Command[];
  /** The command of a line without one. */
  readonly usualCommand: Command;
  readonly flags: readonly PeerFlag<Command>[];
  readonly settings: readonly PeerSetting[];
}

export const toSame = (ours: string): FlagHandling => ({ kind: 'same', ours });
export const toIgnored = (why: string): FlagHandling => ({ kind: 'ignored', why });
export const toUnsupported = (why: string): FlagHandling => ({ kind: 'unsupported', why });

const FLAG_COLUMNS = 38;

/** Returns a line of the help. */
export function formatFlagLine(flag: PeerFlag): string {
  return `  ${formatSpelling(flag).padEnd(FLAG_COLUMNS)}${formatHandling(flag)}`;
}

/** Formats a flag: `-o, --output VALUE`. */
export function formatSpelling({ flag, short, takes }: PeerFlag): string {
  const head = short === undefined ? '    ' : `-${short}, `;
  return `${head}--${flag}${takes === 'nothing' ? '' : ' VALUE'}`;
}

export function formatHandling({ flag, handling }: Pick<PeerFlag, 'flag' | 'handling'>): string {
  switch (handling.kind) {
    case 'same':
      return handling.ours === flag ? 'same meaning' : `--${handling.ours}`;
    case 'own':
      return handling.why;
    case 'ignored':
      return `no effect: ${handling.why}`;
    case 'unsupported':
      return `not supported: ${handling.why}`;
  }
}
