/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keccak-256 as Ethereum has it (padding 01), small rather than fast: a receipt takes a handful
 * of blocks. Lanes are bigints, five times five; offsets and constants are computed as in the
 * definition of Keccak-f[1600]. Compared with other people's code by tests/web/salt.test.mjs.
 */
const RATE = 136; /* bytes of a block */
const ROUNDS = 24;
const MASK = (1n << 64n) - 1n;

function turn(lane: bigint, by: number): bigint {
    return ((lane << BigInt(by)) | (lane >> BigInt(64 - by))) & MASK;
}

/* The round constants: bits of a shift register, at the places 2^j - 1. */
const constants: bigint[] = [];
for (let round = 0, register = 1; round < ROUNDS; round++) {
    let constant = 0n;
    for (let j = 0; j < 7; j++) {
        if (register & 1) constant |= 1n << BigInt((1 << j) - 1);
        register = (register << 1) ^ (register & 0x80 ? 0x171 : 0);
    }
    constants.push(constant);
}

function permute(lanes: bigint[]): void {
    const at = (i: number): bigint => lanes[i] as bigint;
    for (const constant of constants) {
        const sums = [0, 1, 2, 3, 4].map((x) => at(x) ^ at(x + 5) ^ at(x + 10) ^ at(x + 15) ^ at(x + 20));
        const sum = (x: number): bigint => sums[x % 5] as bigint;
        for (let i = 0; i < 25; i++) lanes[i] = at(i) ^ sum(i + 4) ^ turn(sum(i + 1), 1);
        /* rho and pi: along the orbit of (1, 0) */
        let lane = at(1);
        for (let t = 0, x = 1, y = 0, by = 0; t < ROUNDS; t++) {
            by = (by + t + 1) % 64;
            [x, y] = [y, (2 * x + 3 * y) % 5];
            const next = at(x + 5 * y);
            lanes[x + 5 * y] = turn(lane, by);
            lane = next;
        }
        for (let y = 0; y < 25; y += 5) {
            const row = lanes.slice(y, y + 5);
            for (let x = 0; x < 5; x++)
                lanes[y + x] = at(y + x) ^ (~(row[(x + 1) % 5] as bigint) & MASK & (row[(x + 2) % 5] as bigint));
        }
        lanes[0] = at(0) ^ constant;
    }
}

export function keccak256(message: Uint8Array): Uint8Array {
    const lanes = new Array<bigint>(25).fill(0n);
    const padded = new Uint8Array((Math.floor(message.length / RATE) + 1) * RATE);
    padded.set(message);
    padded[message.length] = 1;
    padded[padded.length - 1] = (padded[padded.length - 1] as number) | 0x80;
    const view = new DataView(padded.buffer);
    for (let block = 0; block < padded.length; block += RATE) {
        for (let i = 0; i < RATE / 8; i++)
            lanes[i] = (lanes[i] as bigint) ^ view.getBigUint64(block + 8 * i, true);
        permute(lanes);
    }
    const hash = new DataView(new ArrayBuffer(32));
    for (let i = 0; i < 4; i++) hash.setBigUint64(8 * i, lanes[i] as bigint, true);
    return new Uint8Array(hash.buffer);
}
