import { cleanup, render } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { HOSTILE, hostileScene, type Hostile } from '../../host/hostile';
import { visible } from '../../visible';
import Details from './Details.svelte';

afterEach(() => {
  cleanup();
});

it.each(Object.keys(HOSTILE) as Hostile[])('%s is drawn as text, whole', (name) => {
  for (const { action, risks } of hostileScene(name, 0).snapshot.requests) {
    const { container } = render(Details, { action, risks });
    // What is marked in it as risky is cut out of it first.
    expect(container.textContent).toContain(
      name === 'zeroWidth' && action.type === 'shell'
        ? 'rm\\u{200b} -r\\u{2060}f'
        : visible(HOSTILE[name]),
    );
    expect(container.querySelector('script, img, style, button')).toBeNull();
    cleanup();
  }
});
