import type { GateRequest } from '../../assess/request.ts';
import type { Completeness } from '../../core/assessment.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { MailSetting } from '../notify/mail-setting.ts';
import type { StoreSetting } from '../store/store.ts';
import type { NewFinding } from './finding-views.ts';
import type { ImageView } from './image-views.ts';

/** `folder` also has the documents and the kept databases; processes of one store share it. */
export interface EngineSetting extends StoreSetting {
  /** Directory of the advisory database in use; absent if another process updates the store. */
  readonly database?: string;
  /** Digest of a kept database, for a store without revisions. */
  readonly generation?: string;
  /** Days after which its advisories are too old to rely on; 0 for no limit. */
  readonly maxAgeDays?: number;
  /** How messages about changes are sent; absent if another process sends them. */
  readonly messages?: MessageSetting;
}

export interface MessageSetting {
  /** Host names that may be in a private network. */
  readonly allowedHosts: readonly string[];
  /** `source` of the messages: the address of the server. */
  readonly source: string;
  /** How email is sent; absent if the server sends none. */
  readonly mail?: MailSetting;
}

/** Conditions of a push, and the time, RFC 3339. */
export interface PushRequest {
  readonly document: Uint8Array;
  /** Empty if the image belongs to none. */
  readonly project?: string;
  readonly gates: GateRequest;
  readonly now: string;
}

export interface PushResult {
  readonly image: ImageView;
  /** Whether the same inventory was pushed before. */
  readonly isKnown: boolean;
  /** Components that no image contained before. */
  readonly newComponents: number;
  /** Absent if no gate was set. */
  readonly verdict?: Verdict;
  readonly completeness: Completeness;
  /** Image of the same name that was pushed before; absent if there is none. */
  readonly previous?: number;
  /** Findings that the previous image does not have. */
  readonly newFindings: readonly NewFinding[];
}
