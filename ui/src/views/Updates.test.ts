import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { fakeDesktop, type Ending } from '../host/fake-desktop';
import { click, open, stage } from './stage';

stage();

const openWith = (ending: Ending) => open('settings', { desktop: fakeDesktop(ending) });

describe('newer versions', () => {
  it('are not looked for by a build that knows no place', async () => {
    await openWith('none');
    expect(screen.getByTestId('no-updates').textContent).toContain('Get them where');
    expect(screen.queryByTestId('look-for-update')).toBeNull();
  });

  it('are nowhere to be seen in a browser', async () => {
    await open('settings');
    expect(screen.queryByText('Updates')).toBeNull();
  });

  it('are said not to be there', async () => {
    await openWith('newest');
    await click('look-for-update');
    expect(screen.getByTestId('update').textContent).toBe('You have the newest version.');
  });

  it('are installed when the person says so, and only one', async () => {
    await openWith('newer');
    expect(screen.queryByTestId('install-update')).toBeNull();
    await click('look-for-update');
    expect(screen.getByTestId('update').textContent).toBe('Chaperone 0.2.0 is there.');
    expect(screen.getByTestId('update-notes').textContent).toContain('The tray says what waits.');
    await click('install-update');
    expect(screen.getByText('21 MB of 62 MB')).toBeTruthy();
    expect(screen.getByTestId<HTMLButtonElement>('install-update').disabled).toBe(true);
  });

  it('can be looked for again where nobody answered', async () => {
    await openWith('unreachable');
    await click('look-for-update');
    expect(screen.getByTestId('update-problem').textContent).toContain('did not answer');
    expect(screen.getByTestId<HTMLButtonElement>('look-for-update').disabled).toBe(false);
  });

  it('are thrown away where they are not genuine', async () => {
    await openWith('notGenuine');
    await click('look-for-update');
    await click('install-update');
    expect(screen.getByTestId('update-problem').textContent).toContain('thrown away');
    expect(screen.getByTestId<HTMLButtonElement>('install-update').disabled).toBe(false);
  });
});
