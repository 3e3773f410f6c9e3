import { describe, expect, it } from 'vitest';
import { deed, details, kindOf } from './deeds';
import type { Proposal } from './shapes';

function proposal(proposed_action: Record<string, unknown>): Proposal {
  return {
    id: 'p',
    agent_id: 'a',
    device_id: null,
    proposed_action,
    created_at: '',
    expires_at: '',
  };
}

describe('a deed', () => {
  it('is the same by either of its names', () => {
    expect(deed('screen_record')).toBe('Record the screen');
    expect(deed('screen_record_start')).toBe('Record the screen');
  });

  it.each(['drop_table', 'constructor'])('that is not known goes by its own name: %s', (kind) => {
    expect(deed(kind)).toEqual({ outside: kind, as: 'code' });
  });
});

describe('a proposal', () => {
  it('to ask a device tells the parameters that were given', () => {
    const one = proposal({
      action_type: 'device_command',
      command_type: 'command',
      device_id: 'pc',
      parameters: { command: 'ls', working_dir: null, environment: { LANG: 'C' } },
    });
    expect(kindOf(one)).toBe('command');
    expect(details(one)).toEqual([
      ['command', 'ls'],
      ['environment', '{"LANG":"C"}'],
    ]);
  });

  it('of another kind tells everything', () => {
    const one = proposal({ action_type: 'send_email', to: 'all', command_type: 'x', count: 3 });
    expect(kindOf(one)).toBe('send_email');
    expect(details(one)).toEqual([
      ['to', 'all'],
      ['count', '3'],
      ['command_type', 'x'],
    ]);
  });
});
