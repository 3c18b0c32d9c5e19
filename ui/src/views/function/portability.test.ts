import { describe, expect, it } from 'vitest';
import { verdictOf } from './portability';

describe('a verdict', () => {
  it('is told apart without its colour', () => {
    const all = (['as_it_is', 'adapter', 'refused', 'not_tried'] as const).map((verdict) => verdictOf({ verdict }));
    expect(new Set(all.map((one) => one.text)).size).toBe(4);
    expect(new Set(all.map((one) => one.icon)).size).toBe(4);
  });
});
