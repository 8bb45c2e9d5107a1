// SPDX-License-Identifier: Apache-2.0
//
// A second real node beside a city's own, for tests of several networks.

import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startAnvil } from "../contracts/anvil.mjs";
import { rootDir } from "./city.mjs";

export const abi = JSON.parse(readFileSync(join(rootDir, "contracts/artifacts/VoteAnchor.abi.json"), "utf8"));

export const urlOf = (node) => node.provider._getConnection().url;
const startNode = (chain) =>
    startAnvil(rootDir, ["--hardfork", "osaka", "--slots-in-an-epoch", "1", "--chain-id", `${chain}`]);

/** A network beside the city's own: its section, its node, its anchorer's key and funds. */
export async function addNetwork(city, section, chain) {
    const node = await startNode(chain);
    appendFileSync(
        join(city.dir, "voteanchor.ini"),
        `\n[${section}]\npreset = custom\nchain_id = ${chain}\nurl = ${urlOf(node)}\n`,
    );
    await city.ok(["key", "new", "--role", "anchorer", "--network", section, "--password-file", city.password]);
    const shown = await city.ok(["key", "address", "--role", "anchorer", "--network", section, "--json"]);
    const address = JSON.parse(shown.out).address;
    const [from] = await node.provider.send("eth_accounts", []);
    await node.provider.send("eth_sendTransaction", [{ from, to: address, value: "0x4563918244f40000" }]);
    for (let i = 0; i < 4; i++) await node.provider.send("evm_mine", []);
    return { node, chain, address };
}

/** Blocks come by themselves while something waits for finality. */
export async function whileMining(nodes, run) {
    const clock = setInterval(() => {
        for (const node of nodes) void node.provider.send("evm_mine", []).catch(() => {});
    }, 300);
    try {
        return await run();
    } finally {
        clearInterval(clock);
    }
}
