import { expect, test } from 'vitest';
import type { LoadPlan } from '$ipc';
import { LoadForm } from './loadform.svelte';

test('what is asked for is what the shape has, and nothing else', () => {
  const form = new LoadForm();
  expect(form.request(3, '{}')).toEqual({
    function: 3, event: '{}', shape: 'constant', rate: 20, from_rate: null, peak_rate: null, peak_s: null, seconds: 30, replay_minutes: null, speed: null, seed: 1, most_in_flight: 1000, most_waiting: null, twin: false, writes_twice_ok: false,
  });
  expect(form.request(3, '{}', true).writes_twice_ok).toBe(true);
  form.shape = 'spike';
  expect(form.request(3, '{}')).toMatchObject({ rate: 20, peak_rate: 100, peak_s: 5, from_rate: null });
  form.shape = 'replay';
  expect(form.request(3, '{}')).toMatchObject({ rate: null, seconds: null, replay_minutes: 15, speed: 1, peak_rate: null });
});

test('what cannot be sent is named before it is sent', () => {
  const form = new LoadForm();
  expect(form.wrong).toBeNull();
  form.rate = 5_001;
  expect(form.wrong).toBe('Calls a second go from 0 to 5000');
  form.rate = NaN;
  expect(form.wrong, 'an empty field').not.toBeNull();
  form.shape = 'replay';
  expect(form.wrong, 'a replay has no rate').toBeNull();
  form.minutes = 2.5;
  expect(form.wrong).toBe('Minutes to replay go from 1 to 40320, without a fraction');
  form.shape = 'poisson';
  form.rate = 0.5;
  expect(form.wrong, 'a rate may have a fraction').toBeNull();
  form.inFlight = 2.5;
  expect(form.wrong).toBe('Calls under way go from 1 to 10000, without a fraction');
  form.inFlight = 2;
  form.seed = 1.5;
  expect(form.wrong).toBe('The seed goes from 0 to 4294967295, without a fraction');
  form.seed = 1;
  form.shape = 'spike';
  [form.rate, form.peakS] = [0, 40];
  expect(form.wrong, 'longer than the run').toBe('Seconds of the peak go from 0.1 to 30');
  [form.peakRate, form.peakS] = [0, 1];
  expect(form.wrong).toBe('At that rate no call is due');
});

test('an earlier run fills it in', () => {
  const form = new LoadForm();
  const plan: LoadPlan = { shape: 'ramp', rate: 80, from_rate: 5, peak_rate: null, peak_s: null, seconds: 12, replay_minutes: null, speed: null, seed: 4, most_in_flight: 50, most_waiting: 32, calls: 510, twin: true };
  form.take(7, plan);
  expect(form.fn).toBe(7);
  expect(form.request(7, '{}')).toMatchObject({ shape: 'ramp', rate: 80, from_rate: 5, seconds: 12, seed: 4, most_in_flight: 50, twin: true });
});
