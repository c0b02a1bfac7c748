// Which composed pictures pass for the server's own, at the edge: pictures that are painted here, compared as
// in the browser.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unlikeness } from './alike.mjs';
import { giveComparison } from './composed.mjs';

/** Width and height of a picture, pixels: sixty-four blocks. */
const SIDE = 128;

/** A grey picture whose block in the third column of the second row is brighter by so many grey values. */
function picture(brighter) {
  const data = new Uint8ClampedArray(4 * SIDE * SIDE).fill(100);
  for (let y = 16; y < 32; y++) data.fill(100 + brighter, 4 * (y * SIDE + 32), 4 * (y * SIDE + 48));
  return { width: SIDE, height: SIDE, data };
}

/** The likeness of that picture to one that is grey everywhere, of one look. */
function likenessOf(brighter) {
  giveComparison();
  const { decibels, blocks } = globalThis.steadycastCompared(picture(brighter), picture(0));
  const found = blocks.flatMap((off, block) => (off > 0 ? [block] : []));
  assert.deepEqual([blocks.length, found], [64, brighter > 0 ? [10] : []]);
  return { decibels, worst: Math.max(...blocks) };
}

describe('a composed picture', () => {
  it('may have a block that is off by twenty-four grey values, and none that is off by more', () => {
    assert.equal(unlikeness(likenessOf(0)), undefined);
    assert.equal(unlikeness(likenessOf(24)), undefined);
    const { decibels, worst } = likenessOf(25);
    assert.ok(decibels > 38, `${decibels.toFixed(1)} dB: one block does not show in the whole picture`);
    assert.match(unlikeness({ decibels, worst }), /a block is off by 25/);
  });

  it('is alike by thirty-eight decibels at least', () => {
    assert.equal(unlikeness({ decibels: 38, worst: 0 }), undefined);
    assert.match(unlikeness({ decibels: 37.99, worst: 0 }), /37\.99 dB/);
    assert.match(unlikeness({ decibels: Number.NaN, worst: 0 }), /NaN dB/);
  });
});
