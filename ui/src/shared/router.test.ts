import { expect, test } from 'vitest';
import { href, parse, router } from './router.svelte';

test('a route is a path and a query, whatever the fragment looks like', () => {
  expect(parse('')).toEqual({ path: [], query: {} });
  expect(parse('#/function/3?tab=logs')).toEqual({ path: ['function', '3'], query: { tab: 'logs' } });
  expect(parse('#costs')).toEqual({ path: ['costs'], query: {} });
});

test('what is no escape is taken as it stands', () => {
  expect(parse('#/function/%')).toEqual({ path: ['function', '%'], query: {} });
  expect(parse('#/invocations/%E0%A4%A?q=%')).toEqual({ path: ['invocations', '%E0%A4%A'], query: { q: '%' } });
  expect(parse('#/a%2Fb/%C3%A9').path).toEqual(['a/b', 'é']);
});

test('what is written is read back', () => {
  const to = href('function/3', { tab: 'invocations', id: '17', none: undefined });
  expect(parse(to)).toEqual({ path: ['function', '3'], query: { tab: 'invocations', id: '17' } });
});

test('amending the query keeps the page and makes no step in the history', () => {
  location.hash = '#/function/3?tab=logs';
  const stop = router.start();
  const steps = history.length;
  router.amend({ tab: 'reloads', id: '9' });
  expect(location.hash).toBe('#/function/3?tab=reloads&id=9');
  router.amend({ id: undefined });
  expect(router.route).toEqual({ path: ['function', '3'], query: { tab: 'reloads' } });
  expect(history.length).toBe(steps);
  stop();
});

test('what is opened on a page is one step, and closing it is the way back', async () => {
  location.hash = '#/invocations';
  const stop = router.start();
  const steps = history.length;
  router.lay('#/invocations/1', false);
  router.lay('#/invocations/2', true);
  expect(history.length).toBe(steps + 1);
  expect(router.route.path).toEqual(['invocations', '2']);
  const back = new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
  router.lift('#/invocations');
  router.lift('#/invocations');
  await back;
  expect(router.route.path, 'asked twice it goes back once').toEqual(['invocations']);
  expect(history.length).toBe(steps + 1);
  stop();
});

test('what a link led to is closed in place', () => {
  location.hash = '#/invocations/7';
  const stop = router.start();
  const steps = history.length;
  router.lay('#/invocations/8', true);
  router.lift('#/invocations');
  expect([location.hash, history.length]).toEqual(['#/invocations', steps]);
  expect(router.route.path).toEqual(['invocations']);
  stop();
});
