// SPDX-License-Identifier: Apache-2.0
// The scripted chain as a process of its own: chain_serve, a line for a line.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class Scripted {
  #process = spawn(process.env.VOTA_CHAIN_SERVE, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  #waiting = [];
  #id = 0;

  constructor() {
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#waiting.shift()(JSON.parse(line)));
  }

  // An order: see serve.c.
  tell(order) {
    this.#process.stdin.write(`${order}\n`);
  }

  // { result } or { error }
  answer(method, ...params) {
    const answer = new Promise((resolve) => this.#waiting.push(resolve));
    this.tell(JSON.stringify({ jsonrpc: '2.0', id: ++this.#id, method, params }));
    return answer;
  }

  async ask(method, ...params) {
    const { result, error } = await this.answer(method, ...params);
    assert.equal(error, undefined);
    return result;
  }

  close() {
    this.#process.stdin.end();
  }
}
