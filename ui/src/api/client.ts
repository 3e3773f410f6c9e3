// The calls a face makes, by name, with what goes in and what comes out.

import type { Host } from '../host/host';
import { toApiFailure } from './error';
import type { OwnAgentsResponse } from './generated/OwnAgentsResponse';
import type { CreateAgentParams } from './generated/CreateAgentParams';
import type { CreatedAgentResponse } from './generated/CreatedAgentResponse';
import type { NewKeyParams } from './generated/NewKeyParams';
import type { RevokeKeyParams } from './generated/RevokeKeyParams';
import type { AgentLimitParams } from './generated/AgentLimitParams';
import type { RemoveAgentParams } from './generated/RemoveAgentParams';
import type { PracticeParams } from './generated/PracticeParams';
import type { ActivityListParams } from './generated/ActivityListParams';
import type { ActivityListResponse } from './generated/ActivityListResponse';
import type { AddRuleParams } from './generated/AddRuleParams';
import type { AddRuleResponse } from './generated/AddRuleResponse';
import type { AgentCeilingParams } from './generated/AgentCeilingParams';
import type { AgentHistoryParams } from './generated/AgentHistoryParams';
import type { AgentHistoryResponse } from './generated/AgentHistoryResponse';
import type { AgentMuteParams } from './generated/AgentMuteParams';
import type { AgentsResponse } from './generated/AgentsResponse';
import type { AllowAlwaysParams } from './generated/AllowAlwaysParams';
import type { AnswerParams } from './generated/AnswerParams';
import type { ArtifactDeleteParams } from './generated/ArtifactDeleteParams';
import type { ArtifactDeleteResponse } from './generated/ArtifactDeleteResponse';
import type { ArtifactListParams } from './generated/ArtifactListParams';
import type { ArtifactListResponse } from './generated/ArtifactListResponse';
import type { ArtifactReadParams } from './generated/ArtifactReadParams';
import type { ArtifactReadResponse } from './generated/ArtifactReadResponse';
import type { ArtifactThumbnailParams } from './generated/ArtifactThumbnailParams';
import type { ArtifactThumbnailResponse } from './generated/ArtifactThumbnailResponse';
import type { ArtifactTrimParams } from './generated/ArtifactTrimParams';
import type { ArtifactTrimResponse } from './generated/ArtifactTrimResponse';
import type { CapabilitiesResponse } from './generated/CapabilitiesResponse';
import type { ChangeConnectionParams } from './generated/ChangeConnectionParams';
import type { CheckpointResponse } from './generated/CheckpointResponse';
import type { ConnectionDetails } from './generated/ConnectionDetails';
import type { DenyAllParams } from './generated/DenyAllParams';
import type { DevicesResponse } from './generated/DevicesResponse';
import type { Done } from './generated/Done';
import type { ExplainParams } from './generated/ExplainParams';
import type { ExplainResponse } from './generated/ExplainResponse';
import type { GetConnectionParams } from './generated/GetConnectionParams';
import type { HubSwitchParams } from './generated/HubSwitchParams';
import type { OfferParams } from './generated/OfferParams';
import type { OfferResponse } from './generated/OfferResponse';
import type { OutputParams } from './generated/OutputParams';
import type { OutputResponse } from './generated/OutputResponse';
import type { PauseParams } from './generated/PauseParams';
import type { RemoveConnectionParams } from './generated/RemoveConnectionParams';
import type { RemoveRuleParams } from './generated/RemoveRuleParams';
import type { RulesResponse } from './generated/RulesResponse';
import type { SetCapabilityParams } from './generated/SetCapabilityParams';
import type { SetSettingsParams } from './generated/SetSettingsParams';
import type { SetStandingParams } from './generated/SetStandingParams';
import type { SettingsView } from './generated/SettingsView';
import type { ShownParams } from './generated/ShownParams';
import type { SignInCancelParams } from './generated/SignInCancelParams';
import type { SignInParams } from './generated/SignInParams';
import type { SignInResponse } from './generated/SignInResponse';
import type { SignInStepParams } from './generated/SignInStepParams';
import type { Snapshot } from './generated/Snapshot';
import type { StartersResponse } from './generated/StartersResponse';
import type { StopParams } from './generated/StopParams';
import type { TryCancelParams } from './generated/TryCancelParams';
import type { TryNowParams } from './generated/TryNowParams';
import type { TryParams } from './generated/TryParams';
import type { TryResponse } from './generated/TryResponse';
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
  'rules/list': { params: Nothing; response: RulesResponse };
  'rules/add': { params: AddRuleParams; response: AddRuleResponse };
  'rules/remove': { params: RemoveRuleParams; response: Done };
  'agents/list': { params: Nothing; response: AgentsResponse };
  'agents/ceiling': { params: AgentCeilingParams; response: Done };
  'agents/mute': { params: AgentMuteParams; response: Done };
  'agents/history': { params: AgentHistoryParams; response: AgentHistoryResponse };
  'agents/own': { params: Nothing; response: OwnAgentsResponse };
  'agents/create': { params: CreateAgentParams; response: CreatedAgentResponse };
  'agents/newKey': { params: NewKeyParams; response: CreatedAgentResponse };
  'agents/revokeKey': { params: RevokeKeyParams; response: Done };
  'agents/limit': { params: AgentLimitParams; response: Done };
  'agents/remove': { params: RemoveAgentParams; response: Done };
  'requests/practice': { params: PracticeParams; response: Done };
  'gate/explain': { params: ExplainParams; response: ExplainResponse };
  'capabilities/list': { params: Nothing; response: CapabilitiesResponse };
  'capabilities/devices': { params: Nothing; response: DevicesResponse };
  'capabilities/set': { params: SetCapabilityParams; response: Done };
  'capabilities/try': { params: TryParams; response: TryResponse };
  'capabilities/tryCancel': { params: TryCancelParams; response: Done };
  'standing/set': { params: SetStandingParams; response: Done };
  'settings/get': { params: Nothing; response: SettingsView };
  'settings/set': { params: SetSettingsParams; response: SettingsView };
  'connections/offer': { params: OfferParams; response: OfferResponse };
  'connections/signIn': { params: SignInParams; response: SignInResponse };
  'connections/signInStep': { params: SignInStepParams; response: SignInResponse };
  'connections/signInCancel': { params: SignInCancelParams; response: Done };
  'connections/get': { params: GetConnectionParams; response: ConnectionDetails };
  'connections/change': { params: ChangeConnectionParams; response: Done };
  'connections/remove': { params: RemoveConnectionParams; response: Done };
  'connections/switch': { params: HubSwitchParams; response: Done };
  'artifacts/trim': { params: ArtifactTrimParams; response: ArtifactTrimResponse };
  'artifacts/delete': { params: ArtifactDeleteParams; response: ArtifactDeleteResponse };
  'record/checkpoint': { params: Nothing; response: CheckpointResponse };
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
