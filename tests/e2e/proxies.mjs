// SPDX-License-Identifier: Apache-2.0
//
// Providers of a real node: each a small JSON-RPC server before it, honest until told to be
// something else. Faults are made by functions that say what such a provider does with a request.

import { createServer } from "node:http";

/** What a provider answers when it answers with an error. */
class Refused extends Error {
    constructor(code, message) {
        super(message);
        this.code = code;
    }
}

const hex = (number) => `0x${number.toString(16)}`;

async function bodyOf(stream) {
    let text = "";
    for await (const chunk of stream) text += chunk;
    return text;
}

/**
 * One after the other. Anvil proves the newest block against the state that it has by then: a block
 * mined between the two makes an honest provider a liar.
 */
export class Gate {
    #last = Promise.resolve();

    pass(action) {
        const done = this.#last.then(action);
        this.#last = done.catch(() => {});
        return done;
    }
}

export class Proxy {
    /** A provider before the node at `target`, whose gate it shares with others. */
    static async start(target, gate) {
        const proxy = new Proxy();
        proxy.gate = gate;
        proxy.home = proxy.target = target;
        proxy.sockets = new Set();
        proxy.server = createServer((request, response) => {
            proxy.#serve(request, response).catch(() => response.destroy());
        });
        proxy.server.on("connection", (socket) => {
            proxy.sockets.add(socket);
            socket.on("close", () => proxy.sockets.delete(socket));
        });
        await new Promise((ready) => proxy.server.listen(0, "127.0.0.1", ready));
        proxy.port = proxy.server.address().port;
        proxy.url = `http://127.0.0.1:${proxy.port}`;
        proxy.heal();
        return proxy;
    }

    /** What it does from now on; see `faults`. */
    suffer(fault) {
        this.heal();
        this.fault = fault;
        this.target = fault.target ?? this.home;
    }

    heal() {
        this.fault = {};
        this.target = this.home;
        this.hits = 0; // requests that the fault touched
    }

    async #fetch(method, params) {
        const answer = await fetch(this.target, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
        });
        return answer.json();
    }

    /** The node's own answer. */
    ask = async (method, ...params) => {
        const { result, error } = await this.gate.pass(() => this.#fetch(method, params));
        if (error) throw new Refused(error.code, error.message);
        return result;
    };

    async #answer({ id, method, params }) {
        try {
            const told = await this.fault.answer?.(method, params, this.ask);
            if (told !== undefined) this.hits++;
            const result = told === undefined ? await this.ask(method, ...params) : told;
            return { jsonrpc: "2.0", id, result };
        } catch (error) {
            if (!(error instanceof Refused)) throw error;
            if (error.ours) this.hits++;
            return { jsonrpc: "2.0", id, error: { code: error.code, message: error.message } };
        }
    }

    async #serve(request, response) {
        /* As public providers do: pages may ask them too. */
        response.setHeader("access-control-allow-origin", "*");
        response.setHeader("access-control-allow-headers", "content-type");
        if (request.method === "OPTIONS") return response.writeHead(204).end();
        const body = await bodyOf(request);
        this.heard?.(body);
        const asked = JSON.parse(body);
        if (this.fault.http) {
            this.hits++;
            this.fault.http(response, request.socket);
            return;
        }
        let envelope = await this.#answer(asked);
        if (this.fault.envelope) {
            this.hits++;
            envelope = this.fault.envelope(envelope);
        }
        const text = typeof envelope === "string" ? envelope : JSON.stringify(envelope);
        response.setHeader("content-type", "application/json");
        if (this.fault.cut) {
            this.hits++;
            response.setHeader("content-length", Buffer.byteLength(text));
            response.write(text.slice(0, text.length / 2), () => request.socket.destroy());
            return;
        }
        response.end(text);
    }

    stop() {
        for (const socket of this.sockets) socket.destroy();
        this.server.close();
    }
}

function refuse(code, message) {
    throw Object.assign(new Refused(code, message), { ours: true });
}

const status = (code, headers = {}, text = "") => ({
    http: (response) => response.writeHead(code, headers).end(text),
});
const sending = (answer) => ({
    answer: (method) => (method === "eth_sendRawTransaction" ? answer() : undefined),
});

/** Changes what comes back from one kind of question; `change` may leave it as it is. */
const changing = (methods, change) => ({
    async answer(method, params, ask) {
        if (!methods.includes(method)) return undefined;
        return change(await ask(method, ...params)) ?? undefined;
    },
});

const flipped = (text) => text.slice(0, -1) + (text.endsWith("0") ? "1" : "0");

/** A node whose newest block, and all that it knows, is `n` blocks behind. */
function lag(n) {
    const numberOf = async (ask, tag) => {
        const block = await ask("eth_getBlockByNumber", tag, false);
        return Math.max(0, Number(block.number) - n);
    };
    const known = async (ask, block) => Number(block) <= (await numberOf(ask, "latest"));
    return {
        async answer(method, params, ask) {
            const behind = [];
            for (const param of params) {
                const isTag = ["latest", "safe", "finalized", "pending"].includes(param);
                behind.push(isTag ? hex(await numberOf(ask, param === "pending" ? "latest" : param)) : param);
            }
            if (method === "eth_blockNumber") return hex(await numberOf(ask, "latest"));
            if (method === "eth_getBlockByNumber" && !(await known(ask, behind[0]))) return null;
            if (method === "eth_getLogs") {
                const logs = await ask(method, ...params);
                const kept = await Promise.all(logs.map((log) => known(ask, log.blockNumber)));
                return logs.filter((_, i) => kept[i]);
            }
            const result = await ask(method, ...behind);
            const number = method === "eth_getBlockByHash" ? result?.number : result?.blockNumber;
            return number && !(await known(ask, number)) ? null : result;
        },
    };
}

/** Everything that a provider may do, by what it is called. */
export const faults = {
    lag,
    /** Another node's chain. */
    elsewhere: (url) => ({ target: url }),
    chainId: (id) => ({ answer: (method) => (method === "eth_chainId" ? id : undefined) }),
    status,
    html: () => status(200, { "content-type": "text/html" }, "<html><body>Welcome</body></html>"),
    cut: () => ({ cut: true }),
    truncated: () => ({ envelope: (envelope) => JSON.stringify(envelope).slice(0, -2) }),
    hang: () => ({ http: () => {} }),
    reset: () => ({ http: (_, socket) => socket.resetAndDestroy() }),
    wrongId: () => ({ envelope: (envelope) => ({ ...envelope, id: envelope.id + 1 }) }),
    bothMembers: () => ({ envelope: (envelope) => ({ ...envelope, result: "0x1", error: { code: 1, message: "x" } }) }),
    duplicateKeys: () => ({ envelope: (envelope) => JSON.stringify(envelope).replace("{", '{"result":null,') }),
    deep: () => ({ envelope: ({ id }) => `{"jsonrpc":"2.0","id":${id},"result":${"[".repeat(3000)}${"]".repeat(3000)}}` }),
    large: () => ({ envelope: ({ id }) => ({ jsonrpc: "2.0", id, result: "0x".padEnd(4_000_000, "0") }) }),
    internal: () => ({ answer: () => refuse(-32603, "internal error") }),
    limited: () => ({ answer: () => refuse(-32005, "limit exceeded") }),

    header: (field) =>
        changing(["eth_getBlockByNumber", "eth_getBlockByHash"], (block) =>
            block && Number(block.number) > 0 ? { ...block, [field]: flipped(block[field]) } : block,
        ),
    accountProof: () =>
        changing(["eth_getProof"], (proof) => ({ ...proof, accountProof: proof.accountProof.map(flipped) })),
    storageProof: () =>
        changing(["eth_getProof"], (proof) => ({
            ...proof,
            storageProof: proof.storageProof.map((slot) => ({ ...slot, proof: slot.proof.map(flipped) })),
        })),
    receiptStatus: () =>
        changing(["eth_getTransactionReceipt"], (receipt) =>
            receipt ? { ...receipt, status: receipt.status === "0x1" ? "0x0" : "0x1" } : receipt,
        ),
    noReceipts: () => ({ answer: (method) => (/TransactionReceipt|TransactionByHash/.test(method) ? null : undefined) }),
    logs: () => changing(["eth_getLogs"], (logs) => logs.map((log) => ({ ...log, data: flipped(log.data) }))),
    noLogs: () => changing(["eth_getLogs"], () => []),
    narrowLogs: (blocks) => ({
        answer: (method, [filter]) => {
            const isWide = method === "eth_getLogs" && Number(filter.toBlock) - Number(filter.fromBlock) >= blocks;
            return isWide ? refuse(-32600, "block range is too wide") : undefined;
        },
    }),
    fees: (factor) =>
        changing(["eth_feeHistory"], (history) => ({
            ...history,
            reward: history.reward?.map((row) => row.map((tip) => hex(BigInt(tip) * factor))),
        })),
    revertingEstimate: () => ({
        answer: (method) => (method === "eth_estimateGas" ? refuse(3, "execution reverted") : undefined),
    }),

    drop: (hash) => ({
        answer: (method, [raw]) => (method === "eth_sendRawTransaction" ? hash(raw) : undefined),
    }),
    known: () => sending(() => refuse(-32000, "already known")),
    nonceTooLow: () => sending(() => refuse(-32000, "nonce too low: next nonce 999, tx nonce 3")),
    fatal: () => sending(() => refuse(-32000, "invalid sender")),

    /** Finality stays, or falls back to, where it was long ago. */
    finalAt: (number) => ({
        answer: (method, [tag, full], ask) =>
            method === "eth_getBlockByNumber" && tag === "finalized" ? ask(method, hex(number), full) : undefined,
    }),
    finalNull: () => ({
        answer: (method, [tag]) => (method === "eth_getBlockByNumber" && tag === "finalized" ? null : undefined),
    }),
};

