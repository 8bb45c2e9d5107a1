// SPDX-License-Identifier: Apache-2.0
//
// Signers elsewhere, as far as the program can tell: one that answers as Web3Signer does, one that
// answers as Clef does, one that hands the question on to a node; each honest until told to lie.

import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer as createHttps } from "node:https";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Signature, Transaction, Wallet } from "ethers";

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** The transaction that a question asks for, of type 2. */
function asked(params) {
    return Transaction.from({
        type: 2,
        chainId: params.chainId,
        nonce: Number(params.nonce),
        to: params.to ?? null,
        value: params.value,
        data: params.data,
        gasLimit: params.gas,
        maxFeePerGas: params.maxFeePerGas,
        maxPriorityFeePerGas: params.maxPriorityFeePerGas,
    });
}

const signed = (tx, wallet) => {
    tx.signature = wallet.signingKey.sign(tx.unsignedHash);
    return tx.serialized;
};

const changed = (field, value) => (tx, wallet) => {
    tx[field] = typeof value === "function" ? value(tx[field]) : value;
    return signed(tx, wallet);
};

/** s above half of the order: ethers refuses to make it, so the last 32 bytes are exchanged. */
function highS(tx, wallet) {
    const good = wallet.signingKey.sign(tx.unsignedHash);
    tx.signature = Signature.from({ r: good.r, s: good.s, yParity: 1 - good.yParity });
    const s = (ORDER - BigInt(good.s)).toString(16).padStart(64, "0");
    return tx.serialized.slice(0, -64) + s;
}

/** Every lie answers with bytes; what the program calls it stands beside. */
export const lies = {
    "another recipient": { reason: "something else", tell: changed("to", `0x${"66".repeat(20)}`) },
    "another nonce": { reason: "something else", tell: changed("nonce", (nonce) => nonce + 1) },
    "another network": { reason: "something else", tell: changed("chainId", 1n) },
    "other data": { reason: "something else", tell: changed("data", (data) => `${data}00`) },
    "a higher fee": { reason: "something else", tell: changed("maxFeePerGas", (fee) => fee * 2n) },
    "a value": { reason: "something else", tell: changed("value", 1n) },
    "an access list": {
        reason: "something else",
        tell: changed("accessList", [{ address: `0x${"66".repeat(20)}`, storageKeys: [] }]),
    },
    "another key": { reason: "another key", tell: (tx) => signed(tx, Wallet.createRandom()) },
    "a high s": { reason: "high s", tell: highS },
    "a legacy transaction": {
        reason: "another type",
        tell: (tx, wallet) => {
            const gasPrice = tx.maxFeePerGas;
            const { chainId, nonce, to, data, gasLimit } = tx;
            return signed(Transaction.from({ type: 0, chainId, nonce, to, data, gasLimit, gasPrice }), wallet);
        },
    },
    "a byte more": { reason: "behind the transaction", tell: (tx, wallet) => `${signed(tx, wallet)}00` },
    "the unsigned one": { reason: "no whole transaction", tell: (tx) => tx.unsignedSerialized },
};

function body(request) {
    return new Promise((resolve, reject) => {
        let text = "";
        request.on("data", (chunk) => (text += chunk));
        request.on("end", () => resolve(JSON.parse(text)));
        request.on("error", reject);
    });
}

/**
 * A signer on a loopback port: { url, calls, lie, deny, delay, stop }. `answer` is what its method
 * returns for a good signature; it knows its client by certificate where `tls` is given.
 */
export async function serveSigner({ wallet, method = "eth_signTransaction", object = false, tls, forward }) {
    const signer = { calls: [], lie: null, deny: null, delay: 0 };
    const result = async (call) => {
        if (forward) return forward(call.method, call.params);
        const raw = signer.lie
            ? lies[signer.lie].tell(asked(call.params[0]), wallet)
            : signed(asked(call.params[0]), wallet);
        return object ? { raw, tx: { type: "0x2", input: call.params[0].data } } : raw;
    };
    const handle = async (request, response) => {
        const call = await body(request);
        signer.calls.push(call);
        if (signer.delay > 0) await new Promise((resolve) => setTimeout(resolve, signer.delay));
        const answer = { jsonrpc: "2.0", id: call.id };
        if (signer.deny) answer.error = { code: -32000, message: signer.deny };
        else if (call.method !== method) answer.error = { code: -32601, message: "method not found" };
        else answer.result = await result(call);
        response.setHeader("Content-Type", "application/json");
        response.end(JSON.stringify(answer));
    };
    const listener = (request, response) =>
        handle(request, response).catch((error) => {
            response.statusCode = 500;
            response.end(String(error));
        });
    const server = tls
        ? createHttps({ ...tls, requestCert: true, rejectUnauthorized: true }, listener)
        : createHttp(listener);
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    signer.url = `${tls ? "https" : "http"}://127.0.0.1:${server.address().port}/`;
    signer.stop = () => {
        server.close();
        server.closeAllConnections();
    };
    return signer;
}

/** A CA, a server's certificate for 127.0.0.1, a client's, and a client's of another CA; as paths. */
export function makeCertificates(dir) {
    const openssl = (...args) => execFileSync("openssl", args, { cwd: dir, stdio: "pipe" });
    const path = (name) => join(dir, name);
    const authority = (name) =>
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-keyout", `${name}.key`, "-out", `${name}.pem`, "-subj", `/CN=${name}`,
            "-addext", "basicConstraints=critical,CA:TRUE");
    const issue = (name, ca, extension) => {
        writeFileSync(path(`${name}.ext`), extension);
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
        openssl("x509", "-req", "-in", `${name}.csr`, "-CA", `${ca}.pem`, "-CAkey", `${ca}.key`,
            "-CAcreateserial", "-days", "2", "-extfile", `${name}.ext`, "-out", `${name}.pem`);
        chmodSync(path(`${name}.key`), 0o600);
    };
    authority("ca");
    authority("stranger-ca");
    issue("server", "ca", "subjectAltName=IP:127.0.0.1\n");
    issue("client", "ca", "extendedKeyUsage=clientAuth\n");
    issue("stranger", "stranger-ca", "extendedKeyUsage=clientAuth\n");
    return {
        server: {
            key: readFileSync(path("server.key")),
            cert: readFileSync(path("server.pem")),
            ca: readFileSync(path("ca.pem")),
        },
        ca: path("ca.pem"),
        strangerCa: path("stranger-ca.pem"),
        client: { cert: path("client.pem"), key: path("client.key") },
        stranger: { cert: path("stranger.pem"), key: path("stranger.key") },
    };
}
