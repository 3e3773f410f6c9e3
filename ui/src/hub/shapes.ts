// What the hub's REST paths take and give, as far as these pages use them: the hub's own document
// (`/openapi.json`) has the rest. Moments are texts of RFC 3339.

import type { Level } from '../api/generated/Level';

export type { Level };

export const ROLES = ['member', 'owner'] as const;
export type Role = (typeof ROLES)[number];

export interface Me {
  id: string;
  email: string | null;
  name: string;
  role: Role;
  two_factor: boolean;
}

export interface Agent {
  id: string;
  name: string;
  maturity: Level;
  /** The level, or that it is switched off. */
  status: Level | 'paused';
  commands_per_minute: number;
  created_at: string;
}

export interface LevelChange {
  at: string;
  from: Level | null;
  to: Level;
  /** The id of an account. */
  by: string;
  reason: string;
}

export interface Key {
  id: string;
  label: string;
  created_at: string;
}

export interface Session {
  current: boolean;
  id: string;
  kind: 'person' | 'device';
  label: string;
  device_id: string | null;
  fingerprint: string | null;
  created_at: string;
  used_at: string;
}

export interface Device {
  id: string;
  name: string;
  status: 'online' | 'offline' | 'busy';
  platform: string;
  last_seen: string;
}

/** What an agent would do, and a person has to decide about. */
export interface Proposal {
  id: string;
  agent_id: string;
  device_id: string | null;
  proposed_action: Record<string, unknown>;
  created_at: string;
  expires_at: string;
}

/** What came of a yes. */
export interface Decided {
  /** Whether what was approved was done; true where there was nothing to do. */
  success: boolean;
  execution_result: unknown;
}

export interface Training {
  id: string;
  agent_id: string;
  agent_name: string | null;
  device_id: string | null;
  capability_gaps: string[];
  status:
    'pending_approval' | 'approved' | 'rejected' | 'cancelled' | 'executed' | 'execution_failed';
  outcome: { performance_score: number; supervisor_feedback: string } | null;
  created_at: string;
  approved_at: string | null;
}

export type Intervention = 'pause' | 'correct' | 'terminate';

/** What an agent does of its own accord while its person looks on, or did. */
export interface Supervised {
  session_id: string;
  agent_id: string;
  agent_name: string;
  device_node_id: string;
  action_type: string;
  status: 'running' | 'interrupted' | 'completed' | 'terminated';
  started_at: string;
  completed_at: string | null;
  /** Its agent begins nothing more until it is corrected here. */
  paused: boolean;
  guidance: string | null;
  supervisor_rating: number | null;
  feedback: string | null;
}

/** Where an agent stands after what was said of it; nothing where it is gone. */
export interface Moved {
  new_confidence: number | null;
  new_status: Level | null;
}

export interface Person {
  id: string;
  email: string | null;
  name: string;
  role: Role;
  created_at: string;
  disabled_at: string | null;
}

export interface AuditLine {
  id: string;
  action_type: string;
  success: boolean;
  error_message: string | null;
  created_at: string;
  agent_id: string | null;
  governance_allowed: boolean;
}

export interface Verified {
  entries: number;
  broken: string | null;
}

/** A device that waits to be let in. */
export interface Waiting {
  user_code: string;
  device_name: string;
  fingerprint: string | null;
  /** A pairing that ends with the new one. */
  replaces: { device_name: string; fingerprint: string | null } | null;
}

export interface Secret {
  secret: string;
  otpauth_uri: string;
}
