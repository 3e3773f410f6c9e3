// The hub's pages without a hub: what they ask for, and what they make of the answers.

import { fireEvent, render, screen } from '@testing-library/svelte';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from './App.svelte';
import { partsOf } from './where.svelte';

type Answers = Record<string, unknown>;

let calls: string[] = [];
let bodies: Record<string, unknown> = {};

/** A function says what is answered anew each time, a stream is answered as it is. */
function hub(answers: Answers): void {
  vi.stubGlobal('fetch', (path: string, { method, body: sent }: RequestInit) => {
    const call = `${method ?? 'GET'} ${path.slice(1)}`;
    calls.push(call);
    if (typeof sent === 'string') bodies[call] = JSON.parse(sent);
    const answer = answers[call];
    const found = typeof answer === 'function' ? (answer as () => unknown)() : answer;
    if (found instanceof ReadableStream) return Promise.resolve(new Response(found));
    const [status, body] =
      found === undefined ? [404, { code: 'not_found', detail: '' }] : [200, found];
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
}

const ME = {
  id: 'me',
  email: 'a@example.org',
  name: 'A',
  role: 'member',
  two_factor: false,
};
const SIGNED_IN = {
  'POST /api/auth/login': { access_token: 'a', refresh_token: 'r' },
  'GET /api/auth/me': ME,
  'GET /api/agents': [],
};

async function signIn(): Promise<void> {
  const put = (label: string, value: string) =>
    fireEvent.input(screen.getByLabelText(label), { target: { value } });
  await screen.findByLabelText('E-mail');
  await put('E-mail', 'a@example.org');
  await put('Password', 'secret words');
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
}

beforeEach(() => {
  calls = [];
  bodies = {};
  sessionStorage.clear();
  location.hash = '';
});

afterEach(() => {
  vi.unstubAllGlobals();
});

it('leaves other people to owners', () => {
  expect(partsOf('owner')).toContain('people');
  expect(partsOf('member')).not.toContain('people');
});

describe('administration', () => {
  it('shows a member their own, and never asks for other people', async () => {
    location.hash = '#people';
    hub(SIGNED_IN);
    render(App, { page: 'admin' });
    await signIn();
    expect(await screen.findByRole('heading', { level: 1, name: 'Agents' })).toBeTruthy();
    expect(screen.queryByTestId('nav-people')).toBeNull();
    expect(calls.filter((call) => call.includes('/api/accounts'))).toEqual([]);
    expect(await screen.findByText(/There are none yet/)).toBeTruthy();
  });

  it('is left without a trace', async () => {
    hub({ ...SIGNED_IN, 'POST /api/auth/logout': {} });
    render(App, { page: 'admin' });
    await signIn();
    expect(sessionStorage.getItem('chaperone.hub')).toBe('r');
    await userEvent.click(await screen.findByTestId('sign-out'));
    expect(await screen.findByLabelText('E-mail')).toBeTruthy();
    expect(sessionStorage.getItem('chaperone.hub')).toBeNull();
    expect(calls).toContain('POST /api/auth/logout');
  });

  it('offers to try again where something cannot be had', async () => {
    hub({ 'POST /api/auth/login': SIGNED_IN['POST /api/auth/login'] });
    render(App, { page: 'admin' });
    await signIn();
    expect((await screen.findByRole('alert')).textContent).toContain('not there any more');
    hub(SIGNED_IN);
    await userEvent.click(screen.getByTestId('retry'));
    expect(await screen.findByRole('heading', { level: 1, name: 'Agents' })).toBeTruthy();
  });
});

describe('supervision', () => {
  const NOTHING = {
    ...SIGNED_IN,
    'GET /api/agents': [{ id: 'scout', name: 'Scout', maturity: 'supervised' }],
    'GET /api/devices': [{ id: 'pc', name: 'The desk', status: 'online' }],
    'GET /api/auth/sessions': [],
    'GET /api/maturity/proposals?status_filter=pending_approval&limit=100': [],
    'GET /api/maturity/training/proposals?limit=100': { proposals: [] },
    'GET /api/supervision/sessions?limit=100': [],
    'GET /api/supervision/sessions/active': [],
  };
  const PROPOSAL = {
    id: 'p1',
    agent_id: 'scout',
    device_id: 'pc',
    proposed_action: {
      action_type: 'device_command',
      command_type: 'notification',
      device_id: 'pc',
      parameters: { title: 'Tea', body: 'is \u200bready', icon: null },
    },
    created_at: '2026-11-22T10:00:00Z',
    expires_at: '2026-11-29T10:00:00Z',
  };
  const RUNNING = {
    session_id: 's1',
    agent_id: 'scout',
    agent_name: 'Scout',
    device_node_id: 'pc',
    action_type: 'screen_record_start',
    status: 'running',
    started_at: '2026-11-22T10:00:00Z',
    completed_at: null,
    paused: false,
    guidance: null,
    supervisor_rating: null,
    feedback: null,
  };
  const OVER = { ...RUNNING, status: 'completed', completed_at: '2026-11-22T10:01:00Z' };
  const TRAINING = {
    id: 't1',
    agent_id: 'pupil',
    agent_name: 'Pupil',
    device_id: 'pc',
    capability_gaps: ['camera_snap'],
    status: 'pending_approval',
    outcome: null,
    created_at: '2026-11-22T10:00:00Z',
    approved_at: null,
  };

  /** What the hub says as it happens, for as long as somebody listens. */
  class Happening {
    #pen: ReadableStreamDefaultController<Uint8Array> | undefined;
    hungUp = false;
    readonly stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#pen = controller;
      },
      cancel: () => {
        this.hungUp = true;
      },
    });

    say(kind: string): void {
      this.#pen?.enqueue(new TextEncoder().encode(`event: ${kind}\ndata: {}\n\n`));
    }

    end(): void {
      this.#pen?.close();
    }
  }

  async function open(answers: Answers): Promise<void> {
    location.hash = '#supervision';
    hub({ ...NOTHING, ...answers });
    render(App, { page: 'admin' });
    await signIn();
    await screen.findByRole('heading', { level: 1, name: 'Supervision' });
  }

  it('says what will be here, and whether the page looks on', async () => {
    const happening = new Happening();
    await open({ 'GET /api/events': happening.stream });
    expect(await screen.findByRole('heading', { name: 'Nothing yet' })).toBeTruthy();
    const looking = screen.getByTestId('looking');
    expect(looking.textContent).toContain('Loading');
    happening.say('ready');
    await vi.waitFor(() => {
      expect(looking.textContent).toContain('You are looking on now.');
    });
    happening.end();
    await vi.waitFor(() => {
      expect(looking.textContent).toContain('You are not looking on now.');
    });
  });

  it('hangs up when the page is hidden or left', async () => {
    const seen = vi.spyOn(document, 'visibilityState', 'get');
    const turn = (to: DocumentVisibilityState) => {
      seen.mockReturnValue(to);
      document.dispatchEvent(new Event('visibilitychange'));
    };
    const [first, second] = [new Happening(), new Happening()];
    const answers = [first.stream, second.stream];
    await open({ 'GET /api/events': () => answers.shift() });
    first.say('ready');
    await screen.findByText('You are looking on now.');
    turn('hidden');
    // This hub does not hear that nobody listens before it says something.
    first.say('supervision.started');
    await vi.waitFor(() => {
      expect(first.hungUp).toBe(true);
    });
    expect(screen.queryByText('You are looking on now.')).toBeNull();
    turn('visible');
    second.say('ready');
    await screen.findByText('You are looking on now.');
    await userEvent.click(screen.getByTestId('nav-devices'));
    await screen.findByRole('heading', { level: 1, name: 'Devices' });
    second.say('supervision.started');
    await vi.waitFor(() => {
      expect(second.hungUp).toBe(true);
    });
    expect(calls.filter((call) => call === 'GET /api/events')).toHaveLength(2);
  });

  it('shows a wish word for word, and sends the answer', async () => {
    let waits = [PROPOSAL];
    const approve = 'POST /api/maturity/proposals/p1/approve';
    await open({
      'GET /api/maturity/proposals?status_filter=pending_approval&limit=100': () => waits,
      [approve]: () => {
        waits = [];
        return { success: false, execution_result: { detail: 'Nobody answered.' } };
      },
    });
    const wish = await screen.findByTestId('wish');
    expect(wish.textContent).toMatch(/Scout.*Show a notification.*The desk.*asked on/s);
    const details = screen.getByTestId('details');
    expect(details.textContent).toMatch(/title\s*Tea\s*body\s*is \\u\{200b\}ready\s*$/);
    await userEvent.click(screen.getByRole('button', { name: 'Approve' }));
    expect(await screen.findByText('What you approved did not come off.')).toBeTruthy();
    expect(screen.getByText('Nobody answered.')).toBeTruthy();
    expect(bodies[approve]).toEqual({ approve: true });
    expect(screen.queryByTestId('wish')).toBeNull();
  });

  it('rejects with the reason that was typed', async () => {
    const reject = 'POST /api/maturity/training/proposals/t1/reject';
    await open({
      'GET /api/maturity/training/proposals?limit=100': { proposals: [TRAINING] },
      [reject]: { success: true },
    });
    const wish = await screen.findByTestId('wish');
    expect(wish.textContent).toMatch(/Pupil.*Take a picture with the camera/s);
    await userEvent.type(screen.getByLabelText('Why, if you reject it'), ' not yet {Enter}');
    await vi.waitFor(() => {
      expect(bodies[reject]).toEqual({ reason: 'not yet' });
    });
  });

  it('steps in, and lets a paused agent go on also when all is over', async () => {
    let session: Record<string, unknown> = RUNNING;
    const step = 'POST /api/supervision/sessions/s1/intervene';
    await open({
      'GET /api/supervision/sessions?limit=100': () => [session],
      'GET /api/supervision/sessions/active': () => [session],
      [step]: () => ({ success: true }),
    });
    const underway = await screen.findByTestId('underway');
    expect(underway.textContent).toMatch(/Scout.*running.*Record the screen.*The desk.*since/s);
    await userEvent.click(screen.getByRole('button', { name: 'Correct' }));
    expect((await screen.findByRole('alert')).textContent).toContain('what the agent is to know');
    expect(calls).not.toContain(step);

    session = { ...RUNNING, status: 'interrupted', paused: true, guidance: 'wait' };
    await userEvent.click(screen.getByRole('button', { name: 'Pause' }));
    expect(bodies[step]).toEqual({ intervention_type: 'pause', guidance: '' });
    expect(await screen.findByText('wait')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull();

    session = { ...OVER, paused: true };
    await userEvent.click(screen.getByRole('button', { name: 'End it' }));
    expect(bodies[step]).toEqual({ intervention_type: 'terminate', guidance: '' });
    expect((await screen.findByTestId('over')).textContent).toContain('agent paused');
    expect(screen.queryByRole('button', { name: 'End it' })).toBeNull();

    session = OVER;
    await userEvent.click(screen.getByRole('button', { name: 'Let it go on' }));
    expect(bodies[step]).toEqual({ intervention_type: 'correct', guidance: '' });
    await vi.waitFor(() => {
      expect(screen.queryByRole('button', { name: 'Let it go on' })).toBeNull();
    });
  });

  it('rates what is over, once, and says what that moves', async () => {
    let session: Record<string, unknown> = OVER;
    const rate =
      'POST /api/supervision/sessions/s1/complete?supervisor_rating=5&feedback=well+done';
    await open({
      'GET /api/supervision/sessions?limit=100': () => [session],
      [rate]: () => {
        session = { ...OVER, supervisor_rating: 5, feedback: 'well done' };
        return { new_confidence: 0.85, new_status: 'supervised' };
      },
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Rate what Scout did' }));
    expect(screen.getByText('Leaves the agent’s score as it is.')).toBeTruthy();
    await userEvent.click(screen.getByRole('radio', { name: '1 star' }));
    expect(screen.getByText('Lowers the agent’s score by 0.1.')).toBeTruthy();
    await userEvent.click(screen.getByRole('radio', { name: '5 stars' }));
    expect(screen.getByText('Raises the agent’s score by 0.05.')).toBeTruthy();
    await userEvent.type(screen.getByLabelText('Remark'), 'well done');
    await userEvent.click(screen.getByTestId('judge'));
    expect(
      await screen.findByText('Rated. Its score is 0.85 now, its level: Supervised.'),
    ).toBeTruthy();
    expect(screen.getByTestId('given').textContent).toMatch(/5 stars.*well done/s);
    expect(screen.queryByTestId('judge-open')).toBeNull();
  });

  it('does not ask how it went where it came to nothing', async () => {
    const session = { ...OVER, completed_at: null };
    await open({ 'GET /api/supervision/sessions?limit=100': [session] });
    expect(await screen.findByTestId('over')).toBeTruthy();
    expect(screen.queryByTestId('judge-open')).toBeNull();
  });

  it('completes a training with what came of it', async () => {
    let training: Record<string, unknown> = { ...TRAINING, status: 'approved' };
    const complete = 'POST /api/maturity/training/sessions/t1/complete';
    await open({
      'GET /api/maturity/training/proposals?limit=100': () => ({ proposals: [training] }),
      [complete]: () => {
        const outcome = { performance_score: 0.8, supervisor_feedback: '' };
        training = { ...TRAINING, status: 'executed', outcome };
        return { new_confidence: 0.55, new_status: 'intern' };
      },
    });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Complete the training of Pupil' }),
    );
    await userEvent.type(screen.getByLabelText('Result in percent'), '101');
    await userEvent.click(screen.getByTestId('judge'));
    expect((await screen.findByRole('alert')).textContent).toContain('from 0 to 100');
    expect(calls).not.toContain(complete);
    await userEvent.clear(screen.getByLabelText('Result in percent'));
    await userEvent.type(screen.getByLabelText('Result in percent'), '80');
    expect(screen.getByText('Raises the agent’s score by 0.05.')).toBeTruthy();
    await userEvent.click(screen.getByRole('radio', { name: 'Learned' }));
    await userEvent.click(screen.getByTestId('judge'));
    expect(await screen.findByText(/Its score is 0\.55 now, its level: Intern\./)).toBeTruthy();
    expect(bodies[complete]).toEqual({
      performance_score: 0.8,
      supervisor_feedback: '',
      capabilities_developed: ['camera_snap'],
      capability_gaps_remaining: [],
    });
    expect(screen.getByTestId('given').textContent).toContain('80%');
  });
});

describe('pairing', () => {
  it('keeps no token, and signs out with the answer', async () => {
    location.hash = '#ABCD-EFGH';
    hub({
      ...SIGNED_IN,
      'GET /api/pairing/ABCD-EFGH': {
        user_code: 'ABCD-EFGH',
        device_name: 'The desk',
        fingerprint: null,
        replaces: { device_name: 'The old desk', fingerprint: null },
      },
      'POST /api/pairing/ABCD-EFGH': {},
      'POST /api/auth/logout': {},
    });
    render(App, { page: 'pair' });
    await signIn();
    expect((await screen.findByTestId('waiting')).textContent).toContain('The desk');
    expect(screen.getByTestId('replaces').textContent).toContain('The old desk');
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Deny' }));
    expect([sessionStorage.length, location.hash]).toEqual([0, '']);
    await userEvent.click(screen.getByRole('button', { name: 'Allow this device' }));
    expect(await screen.findByText(/The device is paired/)).toBeTruthy();
    expect(calls.slice(-2)).toEqual(['POST /api/pairing/ABCD-EFGH', 'POST /api/auth/logout']);
  });
});
