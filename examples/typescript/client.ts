// SPDX-License-Identifier: Apache-2.0
//
// The participation site's side of the API in TypeScript: hands in a record, keeps the receipt,
// and asks what became final since it asked last. The types are made of the service's own
// description:
//
//   npx openapi-typescript docs/openapi.json -o examples/typescript/openapi.d.ts
//
// VOTEANCHOR_URL and VOTEANCHOR_TOKEN say where the service is and who asks.

import type { components, paths } from "./openapi";

type Taken = components["schemas"]["Taken"];
type NewRecord = components["schemas"]["NewRecord"];
type Problem = components["schemas"]["Problem"];
type Page = paths["/v1/records"]["get"]["responses"][200]["content"]["application/json"];
type Query = NonNullable<paths["/v1/records"]["get"]["parameters"]["query"]>;

/** What the service would not do, in its own words. */
export class Refused extends Error {
    constructor(readonly problem: Problem) {
        super(`${problem.code}: ${problem.detail ?? problem.title}`);
    }

    /** Whether the same request may succeed later. */
    get isPassing(): boolean {
        return this.problem.status === 429 || this.problem.status === 503;
    }
}

export class Client {
    constructor(
        private readonly url: string,
        private readonly token: string,
    ) {}

    private async ask<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
        const headers = { authorization: `Bearer ${this.token}`, ...init.headers };
        const answer = await fetch(new URL(path, this.url), { ...init, headers });
        if (!answer.ok) throw new Refused((await answer.json()) as Problem);
        return (await answer.json()) as Answer;
    }

    /** On disk when it returns. Send the same again if it throws, or nothing comes back at all. */
    handIn(record: NewRecord): Promise<Taken> {
        return this.ask("/v1/records", {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(record),
        });
    }

    /** A page of records that reached a state; go on with its `next`. */
    page(query: Query): Promise<Page> {
        const members = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
        return this.ask(`/v1/records?${new URLSearchParams(members)}`);
    }

    /** Every record that reached a state since a place; the new place to remember. */
    async since(state: Query["state"], place: string | undefined, each: (id: string) => void): Promise<string> {
        for (;;) {
            const page: Page = await this.page({ state, limit: 1000, ...(place === undefined ? {} : { since: place }) });
            for (const record of page.records) each(record.id);
            place = page.next;
            if (!page.more) return place;
        }
    }
}

declare const process: { env: Record<string, string | undefined>; argv: string[] };

async function main(): Promise<void> {
    const { VOTEANCHOR_URL = "http://127.0.0.1:8480", VOTEANCHOR_TOKEN = "" } = process.env;
    const client = new Client(VOTEANCHOR_URL, VOTEANCHOR_TOKEN);
    const [, , register = "vote", id = "R-1"] = process.argv;
    const taken = await client.handIn({
        register,
        id,
        voter: `voter-of-${id}`,
        choice: ["yes"],
        cast_at: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    });
    console.log(`${taken.id} ${taken.answer}, to be anchored by ${taken.anchor_by}`);
    let n = 0;
    const place = await client.since("accepted", undefined, () => n++);
    console.log(`${n} accepted so far; go on from ${place}`);
}

await main();
