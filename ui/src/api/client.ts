// The calls a face makes, by name, with what goes in and what comes out.

import type { Host } from '../host/host';
import { toApiFailure } from './error';
import type { ActivityListParams } from './generated/ActivityListParams';
import type { ActivityListResponse } from './generated/ActivityListResponse';
import type { AllowAlwaysParams } from './generated/AllowAlwaysParams';
import type { AnswerParams } from './generated/AnswerParams';
import type { ArtifactListParams } from './generated/ArtifactListParams';
import type { ArtifactListResponse } from './generated/ArtifactListResponse';
import type { ArtifactReadParams } from './generated/ArtifactReadParams';
import type { ArtifactReadResponse } from './generated/ArtifactReadResponse';
import type { ArtifactThumbnailParams } from './generated/ArtifactThumbnailParams';
import type { ArtifactThumbnailResponse } from './generated/ArtifactThumbnailResponse';
import type { DenyAllParams } from './generated/DenyAllParams';
import type { Done } from './generated/Done';
import type { OutputParams } from './generated/OutputParams';
import type { OutputResponse } from './generated/OutputResponse';
import type { PauseParams } from './generated/PauseParams';
import type { ShownParams } from './generated/ShownParams';
import type { Snapshot } from './generated/Snapshot';
import type { StartersResponse } from './generated/StartersResponse';
import type { StopParams } from './generated/StopParams';
import type { TryNowParams } from './generated/TryNowParams';
import type { VerifyResponse } from './generated/VerifyResponse';

type Nothing = Record<string, never>;

export interface Calls {
  'state/snapshot': { params: Nothing; response: Snapshot };
  'requests/answer': { params: AnswerParams; response: Done };
  'requests/allowAlways': { params: AllowAlwaysParams; response: Done };
  'requests/denyAll': { params: DenyAllParams; response: Done };
  'requests/shown': { params: ShownParams; response: Done };
  'running/stop': { params: StopParams; response: Done };
  'pause/set': { params: PauseParams; response: Done };
  'connections/tryNow': { params: TryNowParams; response: Done };
  'activity/list': { params: ActivityListParams; response: ActivityListResponse };
  'activity/output': { params: OutputParams; response: OutputResponse };
  'artifacts/list': { params: ArtifactListParams; response: ArtifactListResponse };
  'artifacts/read': { params: ArtifactReadParams; response: ArtifactReadResponse };
  'artifacts/thumbnail': { params: ArtifactThumbnailParams; response: ArtifactThumbnailResponse };
  'record/verify': { params: Nothing; response: VerifyResponse };
  'agents/starters': { params: Nothing; response: StartersResponse };
}

export type CallName = keyof Calls;

/** The one way from a face to the app. */
export class Client {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Throws an [`ApiFailure`], never anything else. */
  async call<Name extends CallName>(
    name: Name,
    params: Calls[Name]['params'],
  ): Promise<Calls[Name]['response']> {
    try {
      return await this.#host.call<Calls[Name]['response']>(name, params);
    } catch (cause) {
      throw toApiFailure(cause);
    }
  }
}
