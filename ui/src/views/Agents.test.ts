import { fireEvent, screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { NONE, called, choose, click, open, openFailing, settle, stage, type } from './stage';

stage();

describe('agents', () => {
  it('shows the one seen last, its level, rules and history', async () => {
    await open('agents');
    expect(screen.getAllByTestId('agent')).toHaveLength(3);
    const detail = screen.getByTestId('agent-detail').textContent;
    expect(detail).toContain('Release Bot');
    expect(detail).toContain('Its hub says Autonomous. Your limit is Supervised.');
    expect(detail).toContain('You set its limit to Supervised');
    expect(detail).toContain('Not used for 30 days');
    expect(detail).toContain('It lets nothing run.');
  });

  it('sets a limit, takes it back, and mutes', async () => {
    await open('agents');
    await choose('limit', 'Intern');
    expect(screen.getByTestId('counts').textContent).toContain('Counts as Intern here');
    await choose('limit', 'As its connection');
    await click('mute');
    expect(screen.getByText(/Muted: whatever it asks/)).toBeTruthy();
    const agent = { connection: 'this-computer', agent: 'release-bot' };
    expect(called('agents/ceiling')).toEqual([
      { ...agent, ceiling: 'intern' },
      { ...agent, ceiling: null },
    ]);
    expect(called('agents/mute')).toEqual([{ ...agent, muted: true }]);
  });

  it('removes a rule, and adds one that holds something back', async () => {
    await open('agents');
    const before = screen.getAllByTestId('rule-row').length;
    const [remove] = screen.getAllByTestId('rule-remove');
    if (!remove) throw new Error('no rule');
    await fireEvent.click(remove);
    await settle();
    expect(called('rules/remove')).toEqual([{ id: 'rule-7' }]);
    expect(screen.getAllByTestId('rule-row')).toHaveLength(before - 1);

    await click('rule-new');
    expect(document.activeElement).toBe(screen.getByTestId('rule-program'));
    await click('rule-add');
    expect(screen.getByText('Type the name of a program.')).toBeTruthy();
    await type('rule-program', ' git  push ');
    await click('rule-add');
    expect(called('rules/add')).toEqual([
      {
        rule: expect.objectContaining({
          answer: 'forbid',
          scope: { connection: 'this-computer', agent: 'release-bot' },
        }) as unknown,
      },
    ]);
    expect(document.activeElement).toBe(screen.getByTestId('rule-new'));
  });

  it('tells what would happen, and what is wrong with a line', async () => {
    await open('agents');
    await type('explain-line', 'git push > x');
    await click('explain');
    expect(called('gate/explain')).toEqual([
      {
        line: 'git push > x',
        level: 'autonomous',
        agent: 'release-bot',
        connection: 'this-computer',
      },
    ]);
    const answer = screen.getByTestId('explained').textContent;
    expect(answer).toContain('You would be asked.');
    expect(answer).toContain('It needs a shell:');
    expect(answer).toContain('Your table for the shell and an Autonomous agent');
    await type('explain-line', 'echo "');
    await click('explain');
    expect(screen.getByText('the quotation is never closed')).toBeTruthy();
    expect(screen.queryByTestId('explained')).toBeNull();
  });

  it('says so where nobody was here, and explains for any level', async () => {
    await open('agents', { household: NONE });
    expect(screen.getByText('No agent was here yet')).toBeTruthy();
    await fireEvent.click(screen.getByRole('radio', { name: 'Supervised' }));
    await type('explain-line', 'date');
    await click('explain');
    expect(called('gate/explain')).toEqual([
      { line: 'date', level: 'supervised', agent: null, connection: null },
    ]);
    const answer = screen.getByTestId('explained').textContent;
    expect(answer).toContain('It would be blocked.');
    expect(answer).toContain('Such an agent is only Supervised here.');
  });

  it('offers to try again', async () => {
    await openFailing('agents', 'agents/list');
  });
});
