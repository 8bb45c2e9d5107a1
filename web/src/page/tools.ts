/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reader can do with an answer, as the views call it: see actions.ts for what happens.
 */
import type { Item, Under } from "./item";

export interface Tools {
    copyLink(item: Item): Promise<boolean>;
    save(item: Item, form: "full" | "share"): void;
    saveCompleted(item: Item): void;
    recount(item: Item): void;
    saveBreach(item: Item): void;
    print(): void;
    remove(item: Item): void;
    /* Whether there is a publication to recount from. */
    hasMirror(): boolean;
    /* Whether the settings are others than those of a check. */
    isStale(under: Under): boolean;
}
