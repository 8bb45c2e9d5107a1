// SPDX-License-Identifier: Apache-2.0
// Talks to a probe (probe.h): a question a line, answered in order. Also what
// oracles need to ask many questions: seeded randomness and a printed count.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

export const seed = Number(process.env.VOTA_ORACLE_SEED ?? 1);

// One number as the probe reads it: big-endian, as many bytes as it needs.
export function number(value) {
  const digits = BigInt(value).toString(16);
  return `0x${digits.length % 2 ? '0' : ''}${digits}`;
}

export const hex = (bytes) => `0x${Buffer.from(bytes).toString('hex')}`;

export class Probe {
  #process;
  #waiting = [];

  constructor(path = process.env.VOTA_PROBE) {
    if (!path) throw new Error('VOTA_PROBE does not name the probe');
    this.#process = spawn(path, [], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#waiting.shift().resolve(line));
    this.closed = new Promise((resolve, reject) => {
      this.#process.on('error', reject);
      this.#process.on('close', (code) => {
        for (const { reject: refuse } of this.#waiting) refuse(new Error('the probe ended early'));
        if (code === 0) resolve();
        else reject(new Error(`the probe ended with ${code}`));
      });
    });
  }

  // The answer as one string, "error reason" included.
  ask(op, ...args) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#process.stdin.write(`${[op, ...args].join(' ')}\n`);
    });
  }

  // The answer's values; an error is thrown.
  async values(op, ...args) {
    const answer = await this.ask(op, ...args);
    if (answer.startsWith('error ')) throw new Error(`${op}: ${answer}`);
    return answer.split(' ');
  }

  async value(op, ...args) {
    return (await this.values(op, ...args))[0];
  }

  async close() {
    this.#process.stdin.end();
    await this.closed;
  }

  kill() {
    this.#process.kill();
  }
}

// xorshift32, so that a seed gives the same cases everywhere.
export class Random {
  #state;

  constructor(label) {
    this.#state = [...`${seed}/${label}`].reduce((sum, c) => Math.imul(sum ^ c.codePointAt(0), 0x01000193) >>> 0, 0x811c9dc5) || 1;
  }

  u32() {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state;
  }

  // 0 to end - 1.
  below(end) {
    return this.u32() % end;
  }

  bytes(length) {
    return Uint8Array.from({ length }, () => this.u32() >>> 24);
  }

  hex(length) {
    return hex(this.bytes(length));
  }

  // Up to `bits` bits, of every length alike, the extremes included.
  number(bits = 64) {
    const length = this.below(bits + 1);
    if (length === 0) return 0n;
    const value = BigInt.asUintN(length, BigInt(this.hex(8)) | (1n << BigInt(length - 1)));
    return this.below(8) === 0 ? (1n << BigInt(length)) - 1n : value;
  }

  pick(list) {
    return list[this.below(list.length)];
  }
}

// A test with a probe of its own, which says how many cases it compared.
export function oracle(name, run) {
  test(name, async () => {
    const probe = new Probe();
    probe.closed.catch(() => {}); // reported by close()
    let cases;
    try {
      cases = await run(probe, new Random(name));
      await probe.close();
    } finally {
      probe.kill(); // after a failure nobody would end it, and the test would wait for ever
    }
    if (!(cases > 0)) throw new Error('no case was compared');
    console.log(`${name}: ${cases} cases (seed ${seed})`);
  });
}

// Runs `one(i)` count times with many questions under way.
export async function many(count, one) {
  const width = 256;
  for (let start = 0; start < count; start += width) {
    const end = Math.min(count, start + width);
    await Promise.all(Array.from({ length: end - start }, (_, i) => one(start + i)));
  }
  return count;
}
