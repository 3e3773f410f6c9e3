import { fireEvent, screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { ApiFailure } from '../api/error';
import { NONE, called, choose, click, host, open, openFailing, settle, stage, type } from './stage';

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
    expect(detail).toContain('Never: git push --force (anything after it), for Release Bot');
    expect(detail).toContain('Its own example ls -la /etc should not be covered, and is.');
    expect(detail).toContain('used 128 times');
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
    expect(answer).toContain('It needs a shell: it redirects a file');
    expect(answer).toContain('Your table for the shell and an Autonomous agent');
    expect(answer).toContain('rule-7 does not fit: it is for another program (ls)');
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

describe('the agents of this computer', () => {
  it('makes one, shows its key once, with what to paste', async () => {
    await open('agents');
    await click('new-agent');
    await click('agent-create');
    expect(screen.getByText('Type a name.')).toBeTruthy();
    await type('agent-name', ' Night shift ');
    await choose('agent-level', 'Autonomous');
    await click('agent-create');
    expect(called('agents/create')).toEqual([{ name: 'Night shift', level: 'autonomous' }]);

    const key = screen.getByTestId('made-key').textContent;
    expect(key).toMatch(/^chp_/);
    expect(screen.getByTestId('snippet').textContent).toContain(`Bearer ${key}`);
    await choose('snippet-way', 'Python');
    expect(screen.getByTestId('snippet').textContent).toContain(
      '"http://127.0.0.1:7377/api/devices/execute"',
    );
    await choose('snippet-way', 'MCP configuration');
    expect(JSON.parse(screen.getByTestId('snippet').textContent)).toEqual({
      mcpServers: {
        chaperone: {
          type: 'http',
          url: 'http://127.0.0.1:7377/mcp',
          headers: { Authorization: `Bearer ${key}` },
        },
      },
    });
    await click('key-kept');
    expect(document.body.textContent).not.toContain(key);
    expect(document.activeElement).toBe(screen.getByTestId('new-agent'));
    // It has not asked yet; the other one has, and is listed with those.
    expect(screen.getAllByTestId('own-agent').map(({ textContent }) => textContent)).toEqual([
      expect.stringContaining('Night shift'),
    ]);
  });

  it('gives a key, takes one back, limits and removes', async () => {
    await open('agents');
    expect(screen.getByTestId('agent-detail').textContent).toContain('4,211 commands');
    await click('make-key');
    expect(screen.getByText('Type what the key is for.')).toBeTruthy();
    await type('key-label', 'laptop');
    await click('make-key');
    expect(called('agents/newKey')).toEqual([{ agent: 'release-bot', label: 'laptop' }]);
    await click('key-kept');
    expect(screen.getAllByTestId('own-key')).toHaveLength(2);
    await fireEvent.click(screen.getByRole('button', { name: 'Revoke the key: first' }));
    await settle();
    expect(called('agents/revokeKey')).toEqual([{ agent: 'release-bot', key: 'release-bot' }]);

    await type('agent-limit', '0');
    await click('agent-limit-save');
    expect(screen.getByText('Between 1 and 10,000.')).toBeTruthy();
    await type('agent-limit', '12');
    await click('agent-limit-save');
    expect(called('agents/limit')).toEqual([{ agent: 'release-bot', perMinute: 12 }]);

    await click('remove-agent');
    expect(screen.getByRole('dialog').textContent).toContain('All its keys stop working at once');
    await click('dialog-yes');
    expect(called('agents/remove')).toEqual([{ agent: 'release-bot' }]);
    expect(screen.queryByTestId('own-keys')).toBeNull();
    expect(document.activeElement).toBe(screen.getByTestId('new-agent'));
    // That it was here stays.
    expect(screen.getByTestId('agent-detail').textContent).toContain('Release Bot');
  });

  it('stand each in one place, and the starters where they begin', async () => {
    await open('agents');
    const shown = () =>
      [...screen.getAllByTestId('agent'), ...screen.queryAllByTestId('own-agent')].map(
        (one) => one.querySelector('bdi')?.textContent,
      );
    const met = ['Release Bot', 'Field Notes', 'Scout of the very long name that somebody gave it'];
    // The hub has the starters among its own, too.
    const { agents } = await host.call<{ agents: { name: string }[] }>('agents/own', {});
    expect(agents.map(({ name }) => name)).toContain('First Intern');
    expect(shown()).toEqual(met);
    expect(screen.getByText(/All of them have asked already/)).toBeTruthy();
    // Only those of this computer's hub have keys here.
    expect(screen.getByTestId('own-keys')).toBeTruthy();
    await fireEvent.click(screen.getAllByTestId('agent')[1] as HTMLElement);
    await settle();
    expect(screen.queryByTestId('own-keys')).toBeNull();

    await click('new-agent');
    await type('agent-name', 'Night shift');
    await click('agent-create');
    await click('key-kept');
    expect(shown()).toEqual([...met, 'Night shift']);
    await click('own-agent-open');
    await click('remove-agent');
    await click('dialog-yes');
    expect(shown()).toEqual(met);
  });

  it('says so where there are none, and why none was made', async () => {
    await open('agents', { household: NONE });
    expect(screen.getByText(/There are none yet/)).toBeTruthy();
    await click('new-agent');
    await type('agent-name', 'x');
    host.fail('agents/create', new ApiFailure({ code: 'failed', message: 'no disk', hint: null }));
    await click('agent-create');
    expect(screen.getByText('no disk')).toBeTruthy();
  });

  it('are asked for again', async () => {
    await openFailing('agents', 'agents/own');
  });
});
