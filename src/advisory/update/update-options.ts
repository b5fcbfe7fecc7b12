import type { Limits } from '../../core/limits.ts';
import type { Progress } from '../../core/progress.ts';
import type { OpenArtifact } from '../../core/target.ts';
import type { ShardSelection } from '../delivery/install-index.ts';

export interface UpdateOptions extends ShardSelection {
  /** Mirrors of the same database, tried in this order. */
  readonly places: readonly string[];
  /** For `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `sha256:…` of the only accepted archive; if absent, any is accepted. */
  readonly archiveDigest?: string;
  /** File of the key that must have signed the database; if absent, it need not be signed. */
  readonly keyFile?: string;
  /** If true, the first key that a mirror presents is trusted from then on. */
  readonly isFirstKeyTrusted?: boolean;
  /** If true, a database may lose more than half of the statements of the current one. */
  readonly isLossAccepted?: boolean;
  /**
   * If true, mirrors may be used without TLS, so that anyone on the network path can replace the
   * database.
   */
  readonly isPlainAllowed?: boolean;
  /** Hosts that mirrors may redirect to although their addresses are in a private network. */
  readonly allowedHosts?: readonly string[];
  /** PEM file of certificates to trust in addition to the default ones. */
  readonly certificateFile?: string;
  /** Opens `host/name:tag` in a registry; if absent, registries are not supported. */
  readonly openArtifact?: (reference: string) => Promise<OpenArtifact>;
  readonly limits: Limits;
  readonly progress: Progress;
  /** RFC 3339. */
  readonly now: string;
  /** Time of the machine's clock in RFC 3339, to refuse a database from the future. */
  readonly machineTime?: string;
  /** Receives resources to release if the run is interrupted. */
  readonly resources: DisposableStack;
  /** Receives a line before each slow step. */
  announce(line: string): void;
}
