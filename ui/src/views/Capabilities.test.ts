import { fireEvent, screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { ApiFailure } from '../api/error';
import { NONE, called, click, host, open, openFailing, settle, stage, type } from './stage';

stage();

describe('capabilities', () => {
  it('switches them, and says how to get what is missing', async () => {
    await open('capabilities');
    const camera = screen.getByTestId('capability-camera');
    expect(camera.textContent).toContain('no camera is there');
    expect(camera.textContent).toContain('Plug in a camera');
    expect(screen.getByTestId('capability-shell').textContent).toContain(
      'commands only read, without network, kept in by bubblewrap',
    );
    const microphone = screen.getByRole('switch', { name: 'Microphone' });
    expect(microphone.getAttribute('aria-checked')).toBe('false');
    await fireEvent.click(microphone);
    await settle();
    expect(microphone.getAttribute('aria-checked')).toBe('true');
    expect(called('capabilities/set')).toEqual([{ capability: 'microphone', on: true }]);
    expect(called('capabilities/list')).toHaveLength(1);
  });

  it('leaves a switch as it is where that fails', async () => {
    await open('capabilities');
    host.fail(
      'capabilities/set',
      new ApiFailure({ code: 'failed', message: 'no disk', hint: null }),
    );
    await click('switch-shell');
    expect(screen.getByTestId('switch-shell').getAttribute('aria-checked')).toBe('true');
    expect(screen.getByText('no disk')).toBeTruthy();
  });

  it('sets how long captures are kept, within bounds', async () => {
    await open('capabilities');
    await type('retention', '0');
    await click('retention-save');
    expect(screen.getByText('Between 1 and 3650 days.')).toBeTruthy();
    await type('retention', '30');
    await click('retention-save');
    expect(called('settings/set')).toEqual([{ retentionDays: 30 }]);
    expect(screen.getByTestId<HTMLInputElement>('retention').value).toBe('30');
  });

  it('shows what is kept, page by page, and deletes it', async () => {
    await open('capabilities');
    expect(screen.getAllByTestId('kept')).toHaveLength(12);
    await click('older-kept');
    expect(screen.getAllByTestId('kept')).toHaveLength(14);
    const [first] = screen.getAllByTestId('delete-kept');
    if (!first) throw new Error('nothing is kept');
    await fireEvent.click(first);
    await settle();
    expect(called('artifacts/delete')).toEqual([{ id: 'artifact-0' }]);
    expect(screen.getAllByTestId('kept')).toHaveLength(13);
  });

  it('says so where nothing is kept', async () => {
    await open('capabilities', { household: NONE });
    expect(screen.getByText('None are kept.')).toBeTruthy();
  });

  it('offers to try again', async () => {
    await openFailing('capabilities', 'capabilities/list');
  });
});
