// SPDX-License-Identifier: Apache-2.0
//
// What the demo shows at its end: reads the publication as any outsider would (nothing of the
// city's own directory), asks the node what each transaction cost, writes demo.json, prints tables.
//
//   node summary.mjs DIRECTORY RPC_URL LANGUAGE SECONDS

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const KIND = { register: 1, batch: 2, result: 3 };
const ROW_BYTES = 96;
const HASH_BYTES = 32;

const WORDS = {
    en: {
        1: "register opened", 2: "batch anchored", 3: "result published",
        entry: "entry", kind: "kind", rows: "records", gas: "gas", block: "block", transaction: "transaction",
        register: "register", batches: "batches", superseded: "superseded", counts: "result", blank: "blank",
        deployment: "contract deployed",
        proven: (p) => `Proven: the head ${p.head} in block ${p.block} commits to all ${p.records} records in ${p.batches} batches;`
            + ` every root and all ${p.results} results were computed again from the chain and the publication alone (${p.seconds} s).`,
        limits: "A local test chain proves this to nobody else: on a public network the same commands do.",
    },
    ko: {
        1: "등록부 개설", 2: "묶음 고정", 3: "결과 공표",
        entry: "항목", kind: "종류", rows: "기록", gas: "가스", block: "블록", transaction: "거래",
        register: "등록부", batches: "묶음", superseded: "대체됨", counts: "결과", blank: "기권",
        deployment: "컨트랙트 배포",
        proven: (p) => `증명된 사실: 블록 ${p.block}의 머리값 ${p.head}에 묶음 ${p.batches}개의 기록 ${p.records}건이 모두 담겨 있으며,`
            + ` 체인과 공개 자료만으로 모든 루트와 결과 ${p.results}건을 다시 계산하여 같은 값을 얻었습니다 (${p.seconds}초).`,
        limits: "로컬 테스트 체인은 다른 사람에게 증거가 되지 않습니다. 공개 네트워크에서 같은 명령을 실행하면 증거가 됩니다.",
    },
};

const [directory, rpcUrl, language, seconds] = process.argv.slice(2);
const words = WORDS[language];
const publication = (path) => join(directory, "public", path);

async function gasUsed(transaction) {
    const response = await fetch(rpcUrl, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_getTransactionReceipt", params: [transaction] }),
    });
    return Number((await response.json()).result.gasUsed);
}

function readJournal() {
    const lines = readFileSync(publication("journal.ndjson"), "utf8").trimEnd().split("\n");
    const [deployment, ...entries] = lines.map((line) => JSON.parse(line));
    return { deployment, entries };
}

/** How many rows of each register a batch holds: a row begins with its register's hash. */
function rowsByRegister(number) {
    const rows = readFileSync(publication(`batches/${number}.rows`));
    const counts = new Map();
    for (let at = 0; at < rows.length; at += ROW_BYTES) {
        const register = `0x${rows.subarray(at, at + HASH_BYTES).toString("hex")}`;
        counts.set(register, (counts.get(register) ?? 0) + 1);
    }
    return counts;
}

function describeEntry(entry, gas) {
    const described = { ...entry, gas };
    if (entry.kind === KIND.batch) {
        described.root = entry.a;
        described.count = Number(entry.b);
    }
    return described;
}

/** A register as the journal and its batches show it; the last result is the result. */
function describeRegister(opening, entries) {
    const definition = JSON.parse(opening.definition);
    const batches = entries.filter((e) => e.kind === KIND.batch)
        .map((e) => ({ entry: e.number, rows: rowsByRegister(e.number).get(opening.a) ?? 0 }))
        .filter((batch) => batch.rows > 0);
    const counts = entries.filter((e) => e.kind === KIND.result && e.a === opening.a).at(-1)?.counts ?? [];
    const [blank, rows, counted, superseded] = counts.slice(definition.options.length);
    return {
        id: definition.id,
        hash: opening.a,
        title: definition.title,
        batches,
        result: {
            options: definition.options.map((o, i) => ({ id: o.id, en: o.en, ko: o.ko, count: counts[i] })),
            blank, rows, counted, superseded,
        },
    };
}

const grouped = (cell) => (typeof cell === "number" ? cell.toLocaleString("en-US") : String(cell));

/** Hangul takes two columns of a terminal. */
function width(text) {
    return [...text].reduce((sum, c) => sum + (c >= "\u1100" && c <= "\uffdc" ? 2 : 1), 0);
}

function printTable(header, rows, numeric) {
    const cells = [header, ...rows].map((row) => row.map(grouped));
    const widths = header.map((_, i) => Math.max(...cells.map((row) => width(row[i]))));
    for (const row of cells) {
        const line = row.map((cell, i) => {
            const fill = " ".repeat(widths[i] - width(cell));
            return numeric.has(i) ? fill + cell : cell + fill;
        });
        console.log(`   ${line.join("  ").trimEnd()}`);
    }
    console.log();
}

function printEntries(demo) {
    const rows = demo.entries.map((e) => [e.number, words[e.kind], e.count ?? "", e.gas, e.block, e.transaction]);
    const { block, transaction, gas } = demo.contract;
    printTable(["entry", "kind", "rows", "gas", "block", "transaction"].map((w) => words[w]),
        [["", words.deployment, "", gas, block, transaction], ...rows], new Set([0, 2, 3, 4]));
}

function printRegisters(demo) {
    const rows = demo.registers.map((r) => {
        const options = r.result.options.map((o) => `${o.id} ${grouped(o.count)}`).join(", ");
        return [r.id, r.result.rows, r.batches.length, r.result.superseded, r.result.blank, options];
    });
    printTable(["register", "rows", "batches", "superseded", "blank", "counts"].map((w) => words[w]), rows,
        new Set([1, 2, 3, 4]));
}

const { deployment, entries } = readJournal();
const demo = {
    network: { name: "local test chain", chain_id: deployment.chain_id, chain_genesis: deployment.chain_genesis },
    contract: {
        address: deployment.address,
        block: deployment.block,
        transaction: deployment.transaction,
        gas: await gasUsed(deployment.transaction),
    },
    registers: entries.filter((e) => e.kind === KIND.register).map((e) => describeRegister(e, entries)),
    entries: await Promise.all(entries.map(async (e) => describeEntry(e, await gasUsed(e.transaction)))),
    seconds: Number(seconds),
};
writeFileSync(join(directory, "demo.json"), `${JSON.stringify(demo, null, 2)}\n`);
printEntries(demo);
printRegisters(demo);

const last = demo.entries.at(-1);
const batches = demo.entries.filter((e) => e.kind === KIND.batch);
console.log(words.proven({
    head: last.head,
    block: last.block,
    records: grouped(batches.reduce((sum, e) => sum + e.count, 0)),
    batches: batches.length,
    results: demo.registers.filter((r) => r.result.options.every((o) => o.count !== undefined)).length,
    seconds,
}));
console.log(words.limits);
