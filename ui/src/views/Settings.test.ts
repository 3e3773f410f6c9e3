import { fireEvent, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { ApiFailure } from '../api/error';
import { called, choose, click, host, open, openFailing, settle, stage, type } from './stage';

stage();

describe('settings', () => {
  it('changes the table, and offers nothing that would change nothing', async () => {
    await open('settings');
    expect(screen.queryByTestId('cell-shell-intern')).toBeNull();
    const cell = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Camera, Supervised' });
    expect([...cell.options].map(({ value }) => value)).toEqual(['forbid', 'ask']);
    await fireEvent.change(cell, { target: { value: 'forbid' } });
    await settle();
    expect(called('standing/set')).toEqual([
      { capability: 'camera', level: 'supervised', verdict: 'forbid' },
    ]);
    expect(screen.getByTestId<HTMLSelectElement>('cell-camera-intern').value).toBe('forbid');
  });

  it('shows the table as it is where a change fails', async () => {
    await open('settings');
    host.fail('standing/set', new ApiFailure({ code: 'failed', message: 'no disk', hint: null }));
    const cell = screen.getByTestId<HTMLSelectElement>('cell-camera-supervised');
    await fireEvent.change(cell, { target: { value: 'forbid' } });
    await settle();
    expect(cell.value).toBe('ask');
    expect(screen.getByText('no disk')).toBeTruthy();
  });

  it('sets what else holds in a cell', async () => {
    await open('settings');
    await click('conditions-camera-intern');
    await click('cell-preview');
    await choose('cell-remember', '1 hr');
    await choose('cell-meanwhile', 'runs without asking');
    expect(screen.getByText('once in 1 hr, then Free')).toBeTruthy();
    await click('conditions-location-autonomous');
    expect(screen.queryByTestId('cell-remember')).toBeNull();
    await choose('cell-precision', 'about the town');
    await type('cell-per-minute', '1001');
    await click('cell-per-minute-save');
    expect(screen.getByText('Between 1 and 1,000.')).toBeTruthy();
    await type('cell-per-minute', '6');
    await click('cell-per-minute-save');
    await type('cell-per-minute', '');
    await click('cell-per-minute-save');
    const camera = { capability: 'camera', level: 'intern' };
    const location = { capability: 'location', level: 'autonomous' };
    expect(called('standing/set')).toEqual([
      { ...camera, preview: true },
      { ...camera, remember: { seconds: 3_600, verdict: 'watch' } },
      { ...camera, remember: { seconds: 3_600, verdict: 'free' } },
      { ...location, precision: 'low' },
      { ...location, perMinute: 6 },
      { ...location, perMinute: null },
    ]);
  });

  it('chooses a display, says that there is no camera, and looks again', async () => {
    await open('settings');
    expect(screen.getByText('No camera is there.')).toBeTruthy();
    await choose('display', 'Built-in display, 1920×1200');
    await choose('display', 'The main one');
    expect(called('settings/set')).toEqual([{ display: 'eDP-1' }, { display: '' }]);
  });

  it('says why no devices are known', async () => {
    await openFailing('settings', 'capabilities/devices');
  });

  it('speaks another language at once, and remembers it', async () => {
    const stores = await open('settings');
    await choose('language', 'Deutsch');
    await vi.dynamicImportSettled();
    await settle();
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Einstellungen');
    expect(screen.getByTestId('nav-requests').textContent).toContain('Anfragen');
    expect(document.documentElement.lang).toBe('de');
    expect(stores.host.memory.read('language')).toBe('de');
    await choose('theme', 'Dunkel');
    expect(document.documentElement.dataset['theme']).toBe('dark');
  });

  it('adds a folder, says what is wrong with one, and removes one', async () => {
    await open('settings');
    await click('folder-add');
    expect(screen.getByText('Type the whole path of a folder.')).toBeTruthy();
    await type('folder-path', 'code');
    await click('folder-add');
    expect(screen.getByText(/the folder code cannot be used/)).toBeTruthy();
    await type('folder-path', '/srv');
    await click('folder-add');
    expect(screen.getAllByTestId('folder')).toHaveLength(3);
    await fireEvent.click(
      screen.getByRole('button', { name: 'Remove the folder /home/ada/scratch' }),
    );
    await settle();
    expect(called('settings/set').at(-1)).toEqual({
      folders: [
        { path: '/home/ada/code/site', access: 'write' },
        { path: '/srv', access: 'write' },
      ],
    });
  });

  it('types a place, and goes back to the one that is found', async () => {
    await open('settings');
    await choose('place', 'A place that you type');
    await click('place-save');
    expect(screen.getByText(/Latitude is between/)).toBeTruthy();
    await type('latitude', '52,52');
    await type('longitude', '13.4');
    await click('place-save');
    await choose('place', 'Where the system finds this computer');
    expect(called('settings/set')).toEqual([
      { place: { latitude: 52.52, longitude: 13.4, accuracy: null } },
      { place: null },
    ]);
  });

  it('sets what else there is to set', async () => {
    await open('settings');
    await click('graduated');
    await click('capture-unseen');
    await choose('sound', 'what this computer plays');
    await type('per-minute', '12');
    await click('per-minute-save');
    expect(called('settings/set')).toEqual([
      { graduatedShell: true },
      { captureUnseen: true },
      { recordingSound: 'output' },
      { commandsPerMinute: 12 },
    ]);
  });

  it('tells where the log is', async () => {
    await open('settings');
    expect(screen.getByTestId('log-folder').textContent).toContain('/chaperone/logs');
  });

  it('makes a seal of the record', async () => {
    await open('settings');
    await click('make-checkpoint');
    expect(screen.getByTestId('checkpoint').textContent).toContain('chaperone-record');
  });

  it('offers to try again', async () => {
    await openFailing('settings', 'settings/get');
  });
});
