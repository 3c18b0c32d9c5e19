// What a load test is to send: kept while a person looks elsewhere, dropped with the project.

import type { LoadPlan, LoadShape, StartLoad } from '$ipc';

export const MOST_RATE = 5_000;
export const MOST_SECONDS = 3_600;
export const MOST_IN_FLIGHT = 10_000;
export const MOST_SEED = 4_294_967_295;

export interface Bounds {
  least: number;
  most: number;
  /** No fraction. */
  whole?: boolean;
}

export class LoadForm {
  fn = $state<number | null>(null);
  shape = $state<LoadShape>('constant');
  rate = $state(20);
  fromRate = $state(0);
  peakRate = $state(100);
  peakS = $state(5);
  seconds = $state(30);
  minutes = $state(15);
  speed = $state(1);
  seed = $state(1);
  inFlight = $state(1_000);
  /** To its resident twin, too. */
  twin = $state(false);

  /** The first thing that cannot be sent, in words; null when all can. */
  get wrong(): string | null {
    const asked: [string, number, Bounds, boolean][] = [
      ['Calls a second', this.rate, { least: 0, most: MOST_RATE }, this.shape !== 'replay'],
      ['Calls a second at the begin', this.fromRate, { least: 0, most: MOST_RATE }, this.shape === 'ramp'],
      ['Calls a second of the peak', this.peakRate, { least: 0, most: MOST_RATE }, this.shape === 'spike'],
      ['Seconds of the peak', this.peakS, { least: 0.1, most: this.seconds }, this.shape === 'spike'],
      ['Seconds', this.seconds, { least: 1, most: MOST_SECONDS }, this.shape !== 'replay'],
      ['Minutes to replay', this.minutes, { least: 1, most: 40_320, whole: true }, this.shape === 'replay'],
      ['The speed', this.speed, { least: 0.001, most: 1_000 }, this.shape === 'replay'],
      ['Calls under way', this.inFlight, { least: 1, most: MOST_IN_FLIGHT, whole: true }, true],
      ['The seed', this.seed, { least: 0, most: MOST_SEED, whole: true }, this.shape === 'poisson'],
    ];
    const odd = asked.find(([, value, { least, most, whole }, counts]) => counts && !(Number.isFinite(value) && value >= least && value <= most && (!whole || Number.isInteger(value))));
    if (odd) return `${odd[0]} go${odd[0].startsWith('The') ? 'es' : ''} from ${odd[2].least} to ${odd[2].most}${odd[2].whole ? ', without a fraction' : ''}`;
    return this.shape !== 'replay' && this.rate + this.fromRate * Number(this.shape === 'ramp') + this.peakRate * Number(this.shape === 'spike') === 0 ? 'At that rate no call is due' : null;
  }

  /** `twice`: what calls write outside may be written twice. */
  request(fn: number, event: string, twice = false): StartLoad {
    const of = <T>(shape: LoadShape, value: T): T | null => (this.shape === shape ? value : null);
    const replay = this.shape === 'replay';
    return {
      function: fn, event, shape: this.shape,
      rate: replay ? null : this.rate,
      from_rate: of('ramp', this.fromRate),
      peak_rate: of('spike', this.peakRate),
      peak_s: of('spike', this.peakS),
      seconds: replay ? null : this.seconds,
      replay_minutes: of('replay', this.minutes),
      speed: of('replay', this.speed),
      seed: Math.round(this.seed),
      most_in_flight: this.inFlight,
      most_waiting: null,
      twin: this.twin,
      writes_twice_ok: twice,
    };
  }

  /** As an earlier run was. */
  take(fn: number, plan: LoadPlan): void {
    this.fn = fn;
    this.shape = plan.shape;
    if (plan.shape !== 'replay') [this.rate, this.seconds] = [plan.rate, plan.seconds];
    this.fromRate = plan.from_rate ?? this.fromRate;
    this.peakRate = plan.peak_rate ?? this.peakRate;
    this.peakS = plan.peak_s ?? this.peakS;
    this.minutes = plan.replay_minutes ?? this.minutes;
    this.speed = plan.speed ?? this.speed;
    this.seed = plan.seed;
    this.inFlight = plan.most_in_flight;
    this.twin = plan.twin;
  }
}
